using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>Erases values and business keys from all versions of a record. Thread-safe.</summary>
public sealed class RecordEraser(
    RecordWriter writer,
    IRecordStore store,
    CatalogHolder catalog,
    NodeSecrets secrets,
    ItemRecognizer items,
    Auditor auditor
)
{
    private const int HistoryPage = 500;

    /// <summary>
    /// Erases values from all versions and indexes, also of a tombstone. The hashes in the log stay. Audited.
    /// </summary>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="codes">
    /// State codes <c>a:code</c>, <c>v:index</c> or <c>k:source</c>; some version must hold each
    /// (<see cref="ErrorCode.ValueNotFound"/>). Of an erased key an HMAC stays, so that the item is recognised when it
    /// is sent again.
    /// </param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<Result<Registered>> EraseAsync(
        Identifier identifier,
        IReadOnlyCollection<string> codes,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Require(caller, Role.Admin) is { } refusal)
        {
            return refusal;
        }
        if (await CheckErasableAsync(identifier, codes, cancellationToken) is { } error)
        {
            return error;
        }
        await NoteErasureAsync(identifier, codes, caller, cancellationToken);
        var held = await HeldKeys.FindAsync(store, catalog, secrets, identifier, null, cancellationToken);
        var result = await writer.WriteAsync(
            identifier,
            null,
            caller,
            Role.Admin,
            current =>
                current is null ? IdentifierErrors.Absent(identifier, catalog.Current) : Erased(current, codes, held),
            cancellationToken
        );
        if (RecordWriter.IsAbsent(result))
        {
            return await writer.AbsentAsync(identifier, cancellationToken);
        }
        if (result.IsOk)
        {
            await auditor.DoneAsync(
                caller,
                "record.erase",
                $"{identifier} {string.Join(' ', codes)}",
                CancellationToken.None
            );
        }
        return result;
    }

    private ChangeRecord Erased(StoredRecord current, IReadOnlyCollection<string> codes, HeldKeys held)
    {
        var state = StateWriter.Without(current.State, codes);
        var before = writer.ContentOf(current);
        var after = RecordContent.Of(before.Template, current with { State = state });
        var write = writer.Write(
            current with
            {
                State = state,
            },
            before,
            after,
            LogOperation.Erase,
            current.Status,
            KeysWithout(current, codes)
        );
        var forms = held.FormsOf(ErasedKeys(current, codes)).ToList();
        return write with
        {
            Erased = codes,
            RowsBefore = [.. write.RowsBefore, .. forms.SelectMany(form => form)],
            Rows = [.. write.Rows, .. forms.Select(form => form[1])],
        };
    }

    private Source? SourceOf(BusinessKey key, StoredRecord record) =>
        catalog.Current.FindSource(key.Source, KeyRows.PrefixOf(record));

    /// <summary>The keys that an erasure takes from a record, with their sources.</summary>
    private IEnumerable<(Source Source, string Key)> ErasedKeys(
        StoredRecord record,
        IReadOnlyCollection<string> codes
    ) =>
        from key in RecordState.KeysOf(record.State)
        where key.SourceKey is not null && codes.Contains(StateCodes.KeyPrefix + key.Source)
        let source = SourceOf(key, record)
        where source is not null
        select (source, key.SourceKey!);

    /// <summary>The keys that an erasure leaves. None takes the place of the first.</summary>
    private static List<BusinessKey> KeysWithout(StoredRecord record, IReadOnlyCollection<string> codes)
    {
        var keys = RecordState.KeysOf(record.State);
        var left = keys.Where(key => !codes.Contains(StateCodes.KeyPrefix + key.Source)).ToList();
        if (keys.Count > 0 && (left.Count == 0 || left[0] != keys[0]))
        {
            left.Insert(0, BusinessKeys.NoFirst);
        }
        return left;
    }

    /// <summary>
    /// Notes in the sources of keys to be erased that rows of erased keys are to be looked for. The list of lost
    /// identifiers forgets the keys: the item is there, and needs it no more.
    /// </summary>
    private async Task NoteErasureAsync(
        Identifier identifier,
        IReadOnlyCollection<string> codes,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (await writer.FindAsync(identifier, cancellationToken) is not { } record)
        {
            return;
        }
        foreach (var key in RecordState.KeysOf(record.State))
        {
            if (codes.Contains(StateCodes.KeyPrefix + key.Source) && SourceOf(key, record) is { } source)
            {
                await items.NoteOtherFormsAsync(source, caller, cancellationToken);
                await items.ForgetLostAsync(source, key, record, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Checks that some version holds each code, so that a typing error does not look like an erased value.
    /// </summary>
    private async Task<Error?> CheckErasableAsync(
        Identifier identifier,
        IReadOnlyCollection<string> codes,
        CancellationToken cancellationToken
    )
    {
        if (codes.Count == 0 || !codes.All(IsErasable))
        {
            return RegistrationErrors.NotErasable();
        }
        if (await writer.FindAsync(identifier, cancellationToken) is not { } record)
        {
            return null;
        }
        var missing = await MissingAsync(record, codes, cancellationToken);
        return missing.Count == 0
            ? null
            : RegistrationErrors.NoValues(identifier, missing.Order(StringComparer.Ordinal));
    }

    private static bool IsErasable(string code) =>
        code.StartsWith(StateCodes.AttributePrefix, StringComparison.Ordinal)
        || code.StartsWith(StateCodes.ValuePrefix, StringComparison.Ordinal)
        || (code.StartsWith(StateCodes.KeyPrefix, StringComparison.Ordinal) && code != StateCodes.KeyPrefix);

    private async Task<HashSet<string>> MissingAsync(
        StoredRecord record,
        IReadOnlyCollection<string> codes,
        CancellationToken cancellationToken
    )
    {
        var missing = new HashSet<string>(codes, StringComparer.Ordinal);
        var before = 0L;
        while (missing.Count > 0)
        {
            var versions = await store.HistoryAsync(record.Object, before, HistoryPage, cancellationToken);
            foreach (var version in versions)
            {
                var reader = new StateReader(version.State);
                while (reader.Read())
                {
                    missing.Remove(Encoding.UTF8.GetString(reader.Code));
                }
            }
            if (!versions.IsFull)
            {
                break;
            }
            before = versions[^1].Body.Version;
        }
        return missing;
    }
}
