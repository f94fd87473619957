using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>Updates, revokes and erases. Thread-safe.</summary>
public sealed class RecordEditor(IRecordStore store, CatalogHolder catalog, NodeSecrets secrets, Auditor auditor, TimeProvider time)
{
    // Each round some writer gets through, so a caller that states no version waits its turn rather than fails.
    private const int MaxTries = 1_000;

    private const int HistoryPage = 500;

    /// <summary>Applies a patch; one that changes nothing makes no version.</summary>
    /// <param name="identifier">The record.</param>
    /// <param name="patch">What to change.</param>
    /// <param name="expectedVersion">The version it must be at; null applies the patch to whatever is current.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> UpdateAsync(Identifier identifier, RecordPatch patch, long? expectedVersion, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(identifier, LogOperation.Update, expectedVersion, caller, Role.Registrar, current =>
        {
            var before = RecordContent.Of(RecordReader.TemplateOf(current, catalog.Current), current);
            var after = before.With(patch);
            if (!after.IsOk)
            {
                return after.Error;
            }
            var content = after.Value.Seal(secrets, before);
            return content.SameAs(before) ? (RecordWrite?)null : Write(current, before, content, LogOperation.Update, RecordStatus.Active);
        }, cancellationToken);

    /// <summary>Leaves a tombstone. Revoking twice is <see cref="ErrorCode.Revoked"/>.</summary>
    public Task<Result<Registered>> RevokeAsync(Identifier identifier, long? expectedVersion, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(identifier, LogOperation.Revoke, expectedVersion, caller, Role.Registrar, current =>
        {
            var content = RecordContent.Of(RecordReader.TemplateOf(current, catalog.Current), current);
            return Write(current, content, content, LogOperation.Revoke, RecordStatus.Revoked);
        }, cancellationToken);

    /// <summary>Erases values from every version and index, tombstones included; hashes in the log stay as they are. Audited.</summary>
    /// <param name="identifier">The record.</param>
    /// <param name="codes">State codes, <c>a:code</c> or <c>v:index</c>, each held by some version (<see cref="ErrorCode.ValueNotFound"/>).</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<Result<Registered>> EraseAsync(Identifier identifier, IReadOnlyCollection<string> codes, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.Is(Role.Admin))
        {
            return Refusals.Role(caller, Role.Admin);
        }
        if (await CheckErasableAsync(identifier, codes, cancellationToken) is { } error)
        {
            return error;
        }
        var result = await ChangeAsync(identifier, LogOperation.Erase, null, caller, Role.Admin, current =>
        {
            var state = StateWriter.Without(current.State, codes);
            var before = RecordContent.Of(RecordReader.TemplateOf(current, catalog.Current), current);
            var after = RecordContent.Of(before.Template, current with { State = state });
            var record = RecordReader.Read(current, catalog.Current, View.Admin);
            return Write(current, before, after, LogOperation.Erase, record.Status) with { Erased = codes };
        }, cancellationToken);
        if (result.IsOk)
        {
            await auditor.DoneAsync(caller, "record.erase", $"{identifier} {string.Join(' ', codes)}", CancellationToken.None);
        }
        return result;
    }

    /// <summary>A slip of the pen must not look like an erased value: every code is one that some version holds.</summary>
    private async Task<Error?> CheckErasableAsync(Identifier identifier, IReadOnlyCollection<string> codes, CancellationToken cancellationToken)
    {
        if (codes.Count == 0 || codes.Any(c => !c.StartsWith(StateCodes.AttributePrefix, StringComparison.Ordinal) && !c.StartsWith(StateCodes.ValuePrefix, StringComparison.Ordinal)))
        {
            return Error.Of(ErrorCode.InvalidValue, "Values to erase are named a:CODE for an attribute or v:INDEX for a raw value.", "待擦除的值以 a:编码（属性）或 v:索引（原始值）表示。", "codes");
        }
        if ((await store.FindAsync(identifier.Key, cancellationToken)).Record is not { } record)
        {
            return null;
        }
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
            if (versions.Count < HistoryPage)
            {
                break;
            }
            before = versions[^1].Body.Version;
        }
        return missing.Count == 0
            ? null
            : Error.Of(ErrorCode.ValueNotFound, $"{identifier} has no value {string.Join(", ", missing.Order(StringComparer.Ordinal))} in any version.", $"标识 {identifier} 的任何版本中都没有值 {string.Join("、", missing.Order(StringComparer.Ordinal))}。", "codes");
    }

    private async Task<Result<Registered>> ChangeAsync(
        Identifier identifier,
        LogOperation operation,
        long? expectedVersion,
        Caller caller,
        Role needed,
        Func<StoredRecord, Result<RecordWrite?>> change,
        CancellationToken cancellationToken)
    {
        if (!caller.Is(needed))
        {
            return Refusals.Role(caller, needed);
        }
        for (var tries = 0; ; tries++)
        {
            var (current, _) = await store.FindAsync(identifier.Key, cancellationToken);
            if (current is null)
            {
                return catalog.Current.IsHomed(identifier.Prefix.Text) ? Refusals.NotFound(identifier.Text) : NotResponsible(identifier);
            }
            if (RecordReader.IsTemplateUnknown(current, catalog.Current))
            {
                // Written without its template the record would lose its attributes.
                await catalog.ReloadAsync(current.Sequence, cancellationToken);
            }
            if (current.Status == RecordStatus.Revoked && operation != LogOperation.Erase)
            {
                return Refusals.Revoked(identifier.Text);
            }
            if (expectedVersion is { } expected && expected != current.Version)
            {
                return Refusals.VersionConflict(current.Version);
            }
            if (!change(current).TryGet(out var write, out var error))
            {
                return error;
            }
            if (write is null)
            {
                return new Registered(WriteOutcome.Same, current);
            }
            var result = (await store.WriteAsync([write with { Actor = caller.Actor }], cancellationToken))[0];
            switch (result.Outcome)
            {
                case WriteOutcome.Changed:
                    return new Registered(WriteOutcome.Changed, result.Record!);
                case WriteOutcome.Failed:
                    return result.Error!;
                case WriteOutcome.NotUnique:
                    return Refusals.NotUnique(result);
                case WriteOutcome.VersionConflict when expectedVersion is not null || tries == MaxTries:
                    return Refusals.VersionConflict(result.Record!.Version);
            }
        }
    }

    private static Error NotResponsible(Identifier identifier) =>
        Error.Of(ErrorCode.NotResponsible, $"The prefix {identifier.Prefix} is not homed on this node.", $"前缀 {identifier.Prefix} 不由本节点负责。", "identifier");

    private RecordWrite Write(StoredRecord current, RecordContent before, RecordContent content, LogOperation operation, RecordStatus status)
    {
        var all = RecordReader.Read(current, catalog.Current, View.Admin);
        var state = content.ToState(all.Identifier, status, all.Source, all.SourceKey);
        var active = status == RecordStatus.Active;
        return new RecordWrite
        {
            Operation = operation,
            Key = current.Key,
            ExpectedVersion = current.Version,
            Template = content.Template?.Code,
            Source = all.Source,
            SourceKey = all.SourceKey,
            State = state,
            Commitments = Commitments.Of(state),
            SearchBefore = current.Status == RecordStatus.Active ? before.SearchEntries() : [],
            UniqueBefore = current.Status == RecordStatus.Active ? before.UniqueEntries() : [],
            Search = active ? content.SearchEntries() : [],
            Unique = active ? content.UniqueEntries() : [],
            Actor = 0,
            Time = Micros.Now(time),
        };
    }
}
