using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;

namespace IdResolution.Core.Registration;

/// <summary>
/// Recognises items that come again: by their keys in other systems, and by what they hold. Thread-safe.
/// </summary>
public sealed class ItemRecognizer(
    CatalogHolder catalog,
    KeyFinder finder,
    ILostIdentifiers lost,
    IDocumentStore documents,
    NodeSecrets secrets,
    TimeProvider time
)
{
    // Every caller who registers may name a new source, and every node holds all of them in memory.
    private const int MostSources = 10_000;

    // Nodes follow the log every 250 ms, and late when they are busy.
    private static readonly TimeSpan OthersKnow = TimeSpan.FromSeconds(1);

    /// <summary>Finds the record that has a key; null for none.</summary>
    internal ValueTask<Result<StoredRecord?>> FindAsync(
        BusinessKey key,
        string? prefix,
        CancellationToken cancellationToken
    ) => finder.FindAsync(key.Source, key.SourceKey!, prefix, cancellationToken);

    /// <summary>
    /// Makes the sources of an identifier's prefix that are not there yet, all at once. Returns why not, or null.
    /// </summary>
    internal async ValueTask<Error?> MakeSourcesAsync(
        IReadOnlyList<string> codes,
        string prefix,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var known = catalog.Current;
            var missing = codes.Where(code => known.FindSource(code, prefix) is null).ToList();
            if (missing.Count == 0)
            {
                return null;
            }
            if (known.Sources.Count + missing.Count > MostSources)
            {
                return RegistrationErrors.TooManySources(MostSources);
            }
            var homed = known.Prefixes.FirstOrDefault(p => p.Text.Equals(prefix, StringComparison.OrdinalIgnoreCase));
            var writes = missing.Select(code => Write(Source.New(code, homed?.Text ?? prefix), 0, caller)).ToList();
            var written = await documents.WriteAsync(writes, cancellationToken);
            // Where another node was faster, its source is read.
            await catalog.ReloadAsync(written.IsOk ? written.Value[^1].Sequence : 0, CancellationToken.None);
        }
    }

    /// <summary>The rows by which a record may have a key, in the order in which they count.</summary>
    internal IReadOnlyList<SideRow> FormsOf(Source source, string key) => source.FormsOf(key, secrets);

    /// <summary>
    /// Notes in a source that some of its rows hold keys in other forms. The first time it waits until the other nodes
    /// know: one that does not would not look for the rows, and would give an erased key's item a second identifier.
    /// </summary>
    internal async ValueTask NoteOtherFormsAsync(Source source, Caller caller, CancellationToken cancellationToken)
    {
        var isNew = false;
        while (!catalog.Current.FindSource(source.Object)!.HasOtherForms)
        {
            var version = catalog.Current.FindDocument(LogKind.Configuration, source.DocumentCode)!.Version;
            var write = Write(source with { HasOtherForms = true }, version, caller);
            await documents.WriteAsync([write], cancellationToken);
            await catalog.ReloadAsync(0, CancellationToken.None);
            isNew = true;
        }
        if (isNew)
        {
            // Not broken off: a second call would not wait.
            await Task.Delay(OthersKnow, time, CancellationToken.None);
        }
    }

    /// <summary>Has the list of lost identifiers forget a key that is to be erased.</summary>
    internal ValueTask ForgetLostAsync(
        Source source,
        BusinessKey key,
        StoredRecord record,
        CancellationToken cancellationToken
    ) =>
        key.SourceKey is { } text
            ? lost.ForgetAsync(
                source.Code,
                text,
                source.Fold(text),
                RecordState.IdentifierOf(record),
                cancellationToken
            )
            : default;

    /// <summary>The content with secrets encrypted for its record, as it is stored.</summary>
    internal RecordContent Seal(RecordContent content, LookupKey record) => content.Seal(secrets, record);

    /// <summary>The digest that recognises a registration with this content.</summary>
    internal byte[] Digest(RecordContent content) => RegistrationDigest.Of(content, secrets, null);

    /// <summary>
    /// Compares a registration with the record that has its key or its identifier. It is the same again if it is the
    /// registration that made the record, whatever happened since, or if it equals the record as it stands.
    /// </summary>
    /// <param name="request">The registration.</param>
    /// <param name="identifier">Its identifier; null if it names none.</param>
    /// <param name="existing">The record.</param>
    /// <param name="caller">Who registers. What they may not see is not compared.</param>
    /// <returns>
    /// The members that differ, empty if it is the same again; null if template, identifier or the form of a value do
    /// not even fit the record.
    /// </returns>
    internal async ValueTask<IReadOnlyList<string>?> CompareAsync(
        RegistrationRequest request,
        Identifier? identifier,
        StoredRecord existing,
        Caller caller
    )
    {
        if (RecordReader.IsTemplateUnknown(existing, catalog.Current))
        {
            await catalog.ReloadAsync(existing.Sequence, CancellationToken.None);
        }
        if (identifier is not null && identifier.Key != existing.Key)
        {
            return null;
        }
        // By the rules of the version that the record has: its template may have new ones, or be withdrawn.
        var template = RecordReader.TemplateOf(existing, catalog.Current);
        var content = template?.Code == request.Template ? ContentOf(request, template) : null;
        if (IsDigestOf(content, existing) || IsDigestOf(ContentOfNewest(request), existing))
        {
            return [];
        }
        return content is null ? null : Differences(content, request, existing, caller);
    }

    private static RecordContent? ContentOf(RegistrationRequest request, Template? template)
    {
        var content = RecordValidator.Check(template, request.Attributes, request.Values, checkRequired: false);
        return content.IsOk ? content.Value : null;
    }

    /// <summary>The content by the newest version: the record may have lost its template since.</summary>
    private RecordContent? ContentOfNewest(RegistrationRequest request) =>
        request.Template is { } code && catalog.Current.FindPublished(code) is { } newest
            ? ContentOf(request, newest)
            : null;

    /// <summary>
    /// True if a key that finds the record is its first one, which its digest belongs to. Where that is gone, only an
    /// erased key can be it.
    /// </summary>
    internal bool IsFirst(BusinessKey key, StoredRecord record)
    {
        var keys = RecordState.KeysOf(record.State);
        if (keys.Count > 0 && keys[0] == BusinessKeys.NoFirst)
        {
            return !keys.Any(has => AreSame(has, key, record));
        }
        return keys.Count == 0 || AreSame(keys[0], key, record);
    }

    /// <summary>Records made earlier have the digest with the identifier, where one was given.</summary>
    private bool IsDigestOf(RecordContent? content, StoredRecord existing) =>
        content is not null
        && (
            Digest(content).AsSpan().SequenceEqual(existing.Digest)
            || RegistrationDigest.Of(content, secrets, existing.Key).AsSpan().SequenceEqual(existing.Digest)
        );

    private List<string> Differences(
        RecordContent given,
        RegistrationRequest request,
        StoredRecord existing,
        Caller caller
    )
    {
        var stored = RecordContent.Of(given.Template, existing);
        var differs = new List<string>();
        for (var i = 0; i < given.Attributes.Length; i++)
        {
            var attribute = given.Template!.Attributes[i];
            if (
                given.Attributes[i] != stored.Attributes[i]
                && caller.Projection.Shows(attribute)
                && request.Known?.Contains(attribute.Code) != false
            )
            {
                differs.Add(RecordErrors.FieldOf(attribute.Code));
            }
        }
        if (request.Known is not null)
        {
            return differs;
        }
        AddValues(differs, given, stored, existing.Key, caller);
        if (LacksKeys(request, existing))
        {
            differs.Add("furtherKeys");
        }
        return differs;
    }

    /// <summary>Adds the values that differ, of those that the caller may see.</summary>
    private void AddValues(
        List<string> differs,
        RecordContent given,
        RecordContent stored,
        LookupKey key,
        Caller caller
    )
    {
        var seen = stored.Values.Where(v => !v.IsSecret && caller.Projection.Shows(v)).Select(v => v.Index);
        foreach (var index in given.Values.Select(v => v.Index).Union(seen))
        {
            var mine = Array.Find(given.Values, v => v.Index == index);
            var theirs = Array.Find(stored.Values, v => v.Index == index);
            if (theirs is not null && !(theirs.IsSecret ? caller.Is(Role.Admin) : caller.Projection.Shows(theirs)))
            {
                continue;
            }
            if (mine is null || theirs is null || !AreSame(mine, theirs, key))
            {
                differs.Add($"values.{index}");
            }
        }
    }

    /// <summary>True if a record does not have all further keys of a registration.</summary>
    internal bool LacksKeys(RegistrationRequest request, StoredRecord record)
    {
        var keys = RecordState.KeysOf(record.State);
        return request.FurtherKeys.Any(key => !keys.Any(k => AreSame(k, key, record)));
    }

    private bool AreSame(RawValue given, RawValue stored, LookupKey record) =>
        (stored.IsSecret ? stored with { Data = secrets.Decrypt(stored.Data, stored.OwnerIn(record)) } : stored)
            .Encode()
            .AsSpan()
            .SequenceEqual(given.Encode());

    private bool AreSame(BusinessKey one, BusinessKey other, StoredRecord record) =>
        one.Source == other.Source
        && one.SourceKey is not null
        && catalog.Current.FindSource(one.Source, KeyRows.PrefixOf(record)) is { } source
        && source.Fold(one.SourceKey) == source.Fold(other.SourceKey!);

    private DocumentWrite Write(Source source, long version, Caller caller) =>
        DocumentWrite.Of(
            LogKind.Configuration,
            source.DocumentCode,
            version,
            JsonSerializer.Serialize(source, CatalogJson.Default.Source),
            caller.Actor,
            time
        );
}
