using System.Runtime.CompilerServices;
using System.Text;
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
/// Updates, revokes and erases, and edits records by their Handle values. What a front end must decide by a record
/// itself, it decides by a delegate that sees the very version the write then replaces. Thread-safe.
/// </summary>
public sealed class RecordEditor(
    IRecordStore store,
    CatalogHolder catalog,
    NodeSecrets secrets,
    Auditor auditor,
    TimeProvider time
)
{
    // Each round some writer gets through, so a caller that states no version waits its turn rather than fails.
    private const int MaxTries = 1_000;

    private const int HistoryPage = 500;

    /// <summary>
    /// Applies a patch; one that changes nothing makes no version. Raw values that the caller may not see stay, unless
    /// one is set at their index.
    /// </summary>
    /// <param name="identifier">The record.</param>
    /// <param name="patch">What to change.</param>
    /// <param name="expectedVersion">The version it must be at; null applies the patch to whatever is current.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> UpdateAsync(
        Identifier identifier,
        RecordPatch patch,
        long? expectedVersion,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            identifier,
            expectedVersion,
            caller,
            AccessPolicy.RoleToWrite(identifier),
            current =>
            {
                var before = ContentOf(current);
                var unseen = before.Values.Where(v => !caller.Projection.Shows(v));
                var after = RecordValidator.With(
                    before,
                    patch.Values is { } given
                        ? patch with
                        {
                            Values = [.. given, .. unseen.ExceptBy(given.Select(v => v.Index), v => v.Index)],
                        }
                        : patch
                );
                return
                    patch.Values is not null
                    && after.IsOk
                    && AccessPolicy.Granting(caller, after.Value.Values, before.Values) is { } granting
                    ? granting
                    : Update(current, before, after);
            },
            cancellationToken
        );

    /// <summary>
    /// Changes a record as its values show it (<see cref="ValueView"/>); a change that changes nothing makes no
    /// version. At the index of an attribute a value sets the attribute: its type must be the attribute's code, its
    /// data the canonical text or one that becomes it (a JSON array where repeated), its permissions those shown
    /// (<see cref="ErrorCode.Forbidden"/>); its TTL is not kept. What says the template is
    /// <see cref="ErrorCode.Forbidden"/>, an index that the template gives to a disabled attribute or gave in another
    /// version <see cref="ErrorCode.InvalidValue"/>. Only what stands can be removed
    /// (<see cref="ErrorCode.ValueNotFound"/>), rendered values not.
    /// </summary>
    /// <param name="identifier">The record.</param>
    /// <param name="change">Says what to change of the version that stands, or why it may not be.</param>
    /// <param name="caller">Who does it; the delegate knows what they may.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> ChangeValuesAsync(
        Identifier identifier,
        Func<StoredRecord, Result<ValueChange>> change,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            identifier,
            null,
            caller,
            Role.Registrar,
            current =>
            {
                if (!change(current).TryGet(out var asked, out var refusal))
                {
                    return refusal;
                }
                var before = ContentOf(current);
                return Update(
                    current,
                    before,
                    new ValueEdit(
                        before,
                        before.Template is { } template ? catalog.Current.TemplateVersions(template.Code) : []
                    ).Apply(asked)
                );
            },
            cancellationToken
        );

    /// <summary>
    /// Makes a record of raw values without template. A tombstone comes back as its next version, bound to the values'
    /// digest from now on; where <paramref name="overwrite"/> is said, an active record's values, attributes and
    /// template are replaced. Both keep history and business key.
    /// </summary>
    /// <param name="identifier">What to create.</param>
    /// <param name="values">All its values, secrets in their plain form.</param>
    /// <param name="overwrite">
    /// False refuses an active record (<see cref="ErrorCode.AlreadyExists"/>), whatever it holds.
    /// </param>
    /// <param name="permit">
    /// Sees what stands: null, a tombstone or an active record; answers why it may not be written, or null.
    /// </param>
    /// <param name="caller">Who does it; the delegate knows what they may.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> CreateAsync(
        Identifier identifier,
        IReadOnlyList<RawValue> values,
        bool overwrite,
        Func<StoredRecord?, Error?> permit,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            identifier,
            null,
            caller,
            Role.Registrar,
            current =>
            {
                if ((Refusals.Unregistrable(identifier, catalog.Current) ?? permit(current)) is { } refusal)
                {
                    return refusal;
                }
                if (current is { Status: RecordStatus.Active } && !overwrite)
                {
                    return Refusals.Exists(RecordState.IdentifierOf(current));
                }
                if (!RecordValidator.Check(null, [], values).TryGet(out var content, out var error))
                {
                    return error;
                }
                var digest = RegistrationDigest.Of(content, secrets, identifier.Key);
                if (current is null)
                {
                    return Create(identifier, content.Seal(secrets), digest);
                }
                var before = ContentOf(current);
                return current.Status == RecordStatus.Active
                    ? Update(current, before, content)
                    : Write(current, before, content.Seal(secrets), LogOperation.Reinstate, RecordStatus.Active) with
                    {
                        Digest = digest,
                    };
            },
            cancellationToken
        );

    /// <summary>Leaves a tombstone. Revoking twice is <see cref="ErrorCode.Revoked"/>.</summary>
    // A plain null states no version.
    [OverloadResolutionPriority(1)]
    public Task<Result<Registered>> RevokeAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            identifier,
            expectedVersion,
            caller,
            AccessPolicy.RoleToWrite(identifier),
            current => Revoke(current),
            cancellationToken
        );

    /// <summary>The same for callers whose rights are the record's to say.</summary>
    /// <param name="identifier">The record.</param>
    /// <param name="permit">Sees the version that stands; answers why it may not be revoked, or null.</param>
    /// <param name="caller">Who does it; the delegate knows what they may.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> RevokeAsync(
        Identifier identifier,
        Func<StoredRecord, Error?> permit,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            identifier,
            null,
            caller,
            Role.Registrar,
            current => permit(current) is { } refusal ? refusal : Revoke(current),
            cancellationToken
        );

    /// <summary>
    /// Erases values from every version and index, tombstones included; hashes in the log stay as they are. Audited.
    /// </summary>
    /// <param name="identifier">The record.</param>
    /// <param name="codes">
    /// State codes, <c>a:code</c> or <c>v:index</c>, each held by some version (<see cref="ErrorCode.ValueNotFound"/>).
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
        var result = await WriteAsync(
            identifier,
            null,
            caller,
            Role.Admin,
            current =>
            {
                if (current is null)
                {
                    return Refusals.Absent(identifier, catalog.Current);
                }
                var state = StateWriter.Without(current.State, codes);
                var before = ContentOf(current);
                var after = RecordContent.Of(before.Template, current with { State = state });
                var record = RecordReader.Read(current, catalog.Current, Projection.Admin);
                return Write(current, before, after, LogOperation.Erase, record.Status) with { Erased = codes };
            },
            cancellationToken
        );
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

    /// <summary>
    /// A slip of the pen must not look like an erased value: every code is one that some version holds.
    /// </summary>
    private async Task<Error?> CheckErasableAsync(
        Identifier identifier,
        IReadOnlyCollection<string> codes,
        CancellationToken cancellationToken
    )
    {
        if (codes.Count == 0 || !codes.All(IsErasable))
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                "Values to erase are named a:CODE for an attribute or v:INDEX for a raw value.",
                "待擦除的值以 a:编码（属性）或 v:索引（原始值）表示。",
                "codes"
            );
        }
        if ((await store.FindAsync(identifier.Key, cancellationToken)).Record is not { } record)
        {
            return null;
        }
        var missing = await MissingAsync(record, codes, cancellationToken);
        return missing.Count == 0
            ? null
            : Error.Of(
                ErrorCode.ValueNotFound,
                $"{identifier} has no value {string.Join(", ", missing.Order(StringComparer.Ordinal))} in any version.",
                $"标识 {identifier} 的任何版本中都没有值 {string.Join("、", missing.Order(StringComparer.Ordinal))}。",
                "codes"
            );
    }

    private static bool IsErasable(string code) =>
        code.StartsWith(StateCodes.AttributePrefix, StringComparison.Ordinal)
        || code.StartsWith(StateCodes.ValuePrefix, StringComparison.Ordinal);

    /// <summary>The codes that no version holds.</summary>
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
            if (versions.Count < HistoryPage)
            {
                break;
            }
            before = versions[^1].Body.Version;
        }
        return missing;
    }

    private Task<Result<Registered>> ChangeAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        Role needed,
        Func<StoredRecord, Result<RecordWrite?>> change,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            identifier,
            expectedVersion,
            caller,
            needed,
            current =>
            {
                if (current is null || !catalog.Current.IsHomed(identifier))
                {
                    return Refusals.Absent(identifier, catalog.Current);
                }
                if (current.Status == RecordStatus.Revoked)
                {
                    return Refusals.Revoked(identifier.Text);
                }
                return expectedVersion is { } expected && expected != current.Version
                    ? Refusals.VersionConflict(current.Version)
                    : change(current);
            },
            cancellationToken
        );

    /// <summary>Makes a write of what stands, until it is the very version that the write replaces.</summary>
    private async Task<Result<Registered>> WriteAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        Role needed,
        Func<StoredRecord?, Result<RecordWrite?>> make,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Require(caller, needed) is { } refusal)
        {
            return refusal;
        }
        for (var tries = 0; ; tries++)
        {
            var (current, _) = await store.FindAsync(identifier.Key, cancellationToken);
            if (current is not null && RecordReader.IsTemplateUnknown(current, catalog.Current))
            {
                // Written without its template the record would lose its attributes.
                await catalog.ReloadAsync(current.Sequence, cancellationToken);
            }
            if (!make(current).TryGet(out var write, out var error))
            {
                return error;
            }
            if (write is null)
            {
                return new Registered(WriteOutcome.Same, current!);
            }
            var result = (await store.WriteAsync([write with { Actor = caller.Actor }], cancellationToken))[0];
            if (AnswerTo(write, result) is { } answer)
            {
                return answer;
            }
            if (expectedVersion is not null || tries == MaxTries)
            {
                return Refusals.VersionConflict(result.Record!.Version);
            }
        }
    }

    /// <summary>What a write came to; null where something else was written in between.</summary>
    private static Result<Registered>? AnswerTo(RecordWrite write, RecordWriteResult result)
    {
        switch (result.Outcome)
        {
            case WriteOutcome.Created or WriteOutcome.Changed:
                return new Registered(
                    write.Operation == LogOperation.Reinstate ? WriteOutcome.Reinstated : result.Outcome,
                    result.Record!
                );
            case WriteOutcome.Failed:
                return result.Error!;
            case WriteOutcome.NotUnique:
                return RegistrationErrors.NotUnique(result);
            default:
                return null;
        }
    }

    private RecordContent ContentOf(StoredRecord record) =>
        RecordContent.Of(RecordReader.TemplateOf(record, catalog.Current), record);

    private Result<RecordWrite?> Update(StoredRecord current, RecordContent before, Result<RecordContent> after)
    {
        if (!after.TryGet(out var plain, out var error))
        {
            return error;
        }
        var content = plain.Seal(secrets, before);
        return content.SameAs(before)
            ? (RecordWrite?)null
            : Write(current, before, content, LogOperation.Update, RecordStatus.Active);
    }

    private ChangeRecord Revoke(StoredRecord current)
    {
        var content = ContentOf(current);
        return Write(current, content, content, LogOperation.Revoke, RecordStatus.Revoked);
    }

    private RegisterRecord Create(Identifier identifier, RecordContent content, byte[] digest)
    {
        var state = StateEncoder.Encode(content, identifier.Text, RecordStatus.Active, null, null);
        return new RegisterRecord
        {
            Key = identifier.Key,
            Digest = digest,
            State = state,
            Commitments = Commitments.Of(state),
            Actor = 0,
            Time = Micros.Now(time),
        };
    }

    private ChangeRecord Write(
        StoredRecord current,
        RecordContent before,
        RecordContent content,
        LogOperation operation,
        RecordStatus status
    )
    {
        var all = RecordReader.Read(current, catalog.Current, Projection.Admin);
        var state = StateEncoder.Encode(content, all.Identifier, status, all.Source, all.SourceKey);
        var active = status == RecordStatus.Active;
        return new ChangeRecord(operation)
        {
            Key = current.Key,
            ExpectedVersion = current.Version,
            Template = content.Template?.Code,
            Source = all.Source,
            SourceKey = all.SourceKey,
            State = state,
            Commitments = Commitments.Of(state),
            RowsBefore = current.Status == RecordStatus.Active ? SideTables.RowsOf(before) : [],
            Rows = active ? SideTables.RowsOf(content) : [],
            Actor = 0,
            Time = Micros.Now(time),
        };
    }
}
