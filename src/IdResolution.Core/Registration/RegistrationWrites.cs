using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Registration;

/// <summary>
/// Makes the writes of checked items: their identifiers, keys and the sources that these are the first of. Thread-safe.
/// </summary>
internal sealed class RegistrationWrites(
    IRecordStore store,
    CatalogHolder catalog,
    IdentifierGiver giver,
    ItemRecognizer items,
    PlantClock plant,
    RegistrationReplay again
)
{
    // Each is an entry of the log, and every node reads its catalog again.
    private const int MostNewSources = 16;

    /// <summary>
    /// The tombstone that a write turned out to be about, revoked or changed since it was planned; else null.
    /// </summary>
    public static StoredRecord? TombstoneOf(
        RegistrationRequest request,
        RegisterRecord write,
        RecordWriteResult outcome
    ) =>
        request.Reinstate
        && (!write.Reinstate || outcome.Outcome == WriteOutcome.VersionConflict)
        && outcome.Record is { Status: RecordStatus.Revoked }
        && (request.FirstKey is null || outcome.Outcome != WriteOutcome.IdentifierTaken)
            ? outcome.Record
            : null;

    /// <summary>The identifier of a tombstone in its first spelling, the one given, or one by the rule.</summary>
    public async ValueTask<Result<GivenIdentifier>> GiveAsync(
        RegistrationRequest request,
        CheckedItem item,
        StoredRecord? tombstone,
        bool skipTaken,
        CancellationToken cancellationToken
    )
    {
        var known = catalog.Current;
        var identifier = KeptBy(tombstone, item.Identifier);
        if (identifier is null)
        {
            return await giver.GiveAsync(request, item.Content, known, skipTaken, cancellationToken);
        }
        // The caller may not have named the identifier of a tombstone.
        return known.IsHomed(identifier)
            ? new GivenIdentifier(identifier)
            : IdentifierErrors.NotResponsible(identifier.Prefix.Text, "identifier");
    }

    private static Identifier? KeptBy(StoredRecord? tombstone, Identifier? given) =>
        tombstone is not null
        && Identifier.TryParse(RecordState.IdentifierOf(tombstone), out var kept)
        && (given is null || given.Equals(kept))
            ? kept
            : given;

    public async ValueTask<StoredRecord?> FindTombstoneAsync(
        RegistrationRequest request,
        Identifier? identifier,
        CancellationToken cancellationToken
    ) =>
        request.FirstKey is null && identifier is not null
            ? (await store.FindAsync(identifier.Key, cancellationToken)).Record
            : null;

    /// <summary>
    /// Makes the write, and the sources that its keys are the first of. A tombstone that comes back keeps its keys, and
    /// gets no others.
    /// </summary>
    public async ValueTask<Result<RegisterRecord>> ToWriteAsync(
        RegistrationBatch batch,
        int position,
        Identifier identifier,
        CheckedItem item,
        StoredRecord? tombstone,
        CancellationToken cancellationToken
    )
    {
        var request = batch.Requests[position];
        var (caller, prefix) = (batch.Caller, identifier.Prefix.Text);
        if (AccessPolicy.RequireWriting(caller, identifier) is { } refusal)
        {
            return refusal;
        }
        if (
            tombstone is not null
            && AccessPolicy.Granted(
                caller,
                RecordContent.Of(RecordReader.TemplateOf(tombstone, catalog.Current), tombstone).Values
            )
                is { } granted
        )
        {
            return granted;
        }
        var missing = tombstone is null ? MissingSources(request, prefix) : null;
        var write = ToWrite(request, identifier, item, tombstone, caller, missing);
        var events = batch.EventsOf(position);
        if (
            (missing is null && events?.NamesNewSources(identifier, caller) != true)
            || !write.TryGet(out var planned, out _)
        )
        {
            return write;
        }
        var error = missing is null
            ? null
            : await RefusalAsync(batch, position, item, planned, missing, cancellationToken);
        if (error is null && events is not null)
        {
            error = await TryAsync(batch, position, planned, identifier, cancellationToken);
        }
        if (missing is null || error is not null)
        {
            return error is null ? write : error;
        }
        error = await items.MakeSourcesAsync(missing, prefix, caller, cancellationToken);
        return error is null ? ToWrite(request, identifier, item, tombstone, caller, null) : error;
    }

    /// <summary>
    /// Has the store try an item with its events, so that a refused call makes no source. Returns why it is refused.
    /// </summary>
    private async ValueTask<Error?> TryAsync(
        RegistrationBatch batch,
        int position,
        RegisterRecord planned,
        Identifier identifier,
        CancellationToken cancellationToken
    )
    {
        var (request, events) = (batch.Requests[position], batch.EventsOf(position)!);
        var tried = await events.AddToAsync(planned, identifier, batch.Caller, isTry: true, cancellationToken);
        if (!tried.TryGet(out var write, out var error))
        {
            return error;
        }
        var outcome = (await store.WriteAsync([write], cancellationToken))[0];
        var isPlannedAgain =
            (outcome.Outcome == WriteOutcome.IdentifierTaken && planned.Generated)
            || TombstoneOf(request, planned, outcome) is not null;
        return isPlannedAgain
            ? null
            : events.Settle(outcome) ?? (await again.ResultOfAsync(request, batch.Caller, outcome)).Error;
    }

    /// <summary>The codes of the sources that an item's keys are the first of; null if there are none.</summary>
    private List<string>? MissingSources(RegistrationRequest request, string prefix)
    {
        List<string>? missing = null;
        for (var i = -1; request.FirstKey is not null && i < request.FurtherKeys.Count; i++)
        {
            var code = i < 0 ? request.Source! : request.FurtherKeys[i].Source;
            if (catalog.Current.FindSource(code, prefix) is null && missing?.Contains(code) != true)
            {
                (missing ??= []).Add(code);
            }
        }
        return missing;
    }

    /// <summary>
    /// Refuses an item with new sources for what else only the store's transaction would find: a refused item is not
    /// the first of a source.
    /// </summary>
    private async ValueTask<Error?> RefusalAsync(
        RegistrationBatch batch,
        int position,
        CheckedItem item,
        RegisterRecord planned,
        List<string> missing,
        CancellationToken cancellationToken
    )
    {
        var request = batch.Requests[position];
        batch.NewSources += missing.Count;
        if (batch.NewSources > MostNewSources)
        {
            batch.NewSources -= missing.Count;
            return RegistrationErrors.TooManyNewSources(MostNewSources, FieldOf(missing[0], request));
        }
        if (item.Identifier is { } named && (await store.FindAsync(named.Key, cancellationToken)).Record is { } taken)
        {
            return (await again.AgainAsync(request, batch.Caller, taken, byKey: false, null)).Error;
        }
        List<SideRow> rows = [.. planned.Rows.Where(row => row.Table.HasOneHolder), .. planned.OtherForms];
        var holders = await store.FindByKeysAsync(rows, cancellationToken);
        for (var i = 0; i < rows.Count; i++)
        {
            if (holders[i] is { } holder)
            {
                return Taken(rows[i], holder);
            }
        }
        return null;
    }

    private static Error Taken(SideRow row, StoredRecord holder) =>
        row.Table == BusinessKeys.Table
            ? RegistrationErrors.KeyTaken(holder, row.Field!)
            : RegistrationErrors.NotUnique(new RecordWriteResult(WriteOutcome.NotUnique, holder, row.Field));

    private static string FieldOf(string source, RegistrationRequest request)
    {
        var at = -1;
        while (source != (at < 0 ? request.Source : request.FurtherKeys[at].Source))
        {
            at++;
        }
        return at < 0 ? "source" : $"furtherKeys[{at}].source";
    }

    /// <param name="request">The registration.</param>
    /// <param name="identifier">Its identifier.</param>
    /// <param name="item">The checked item.</param>
    /// <param name="tombstone">The tombstone to bring back; null for a new record.</param>
    /// <param name="caller">Who registers.</param>
    /// <param name="missing">The sources that are not there yet: rows of their keys have numbers below zero.</param>
    private Result<RegisterRecord> ToWrite(
        RegistrationRequest request,
        Identifier identifier,
        CheckedItem item,
        StoredRecord? tombstone,
        Caller caller,
        List<string>? missing
    )
    {
        var keys = new ItemKeys(SideTables.RowsOf(item.Content));
        var further = tombstone is null ? request.FurtherKeys.Count : 0;
        for (var i = -1; request.FirstKey is { } first && i < further; i++)
        {
            var key = i < 0 ? first : request.FurtherKeys[i];
            var source =
                catalog.Current.FindSource(key.Source, identifier.Prefix.Text)
                ?? Source.New(key.Source, null) with
                {
                    Object = -1 - missing!.IndexOf(key.Source),
                };
            var field = i < 0 ? "sourceKey" : $"furtherKeys[{i}].sourceKey";
            if (!keys.TryAdd(key, items.FormsOf(source, key.SourceKey!), field))
            {
                return RegistrationErrors.KeyTwice(field);
            }
        }
        var content = items.Seal(item.Content, identifier.Key);
        var state = StateEncoder.Encode(
            content,
            identifier.Text,
            RecordStatus.Active,
            tombstone is null ? keys.All : RecordState.KeysOf(tombstone.State)
        );
        if (!RecordValidator.HasRoom(state))
        {
            return RecordErrors.TooLarge();
        }
        return new RegisterRecord
        {
            Key = identifier.Key,
            Generated = request.Identifier is null,
            // Without the tombstone, its keys would be lost.
            Reinstate = tombstone is not null,
            TombstoneVersion = tombstone?.Version,
            Template = content.Template?.Code,
            FirstKey = keys.FirstForms,
            Digest = items.Digest(item.Content),
            State = state,
            Commitments = Commitments.Of(state),
            Rows = keys.Rows,
            OtherForms = keys.OtherForms,
            Actor = caller.Actor,
            Time = Micros.Now(plant.Time),
        };
    }
}
