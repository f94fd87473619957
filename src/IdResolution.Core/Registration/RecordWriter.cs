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
/// Writes versions of records for the use cases that change them. A write is made from the current version, and made
/// anew if another one came between. What may be changed and how is for the use cases to say. Thread-safe.
/// </summary>
public sealed class RecordWriter(
    IRecordStore store,
    CatalogHolder catalog,
    NodeSecrets secrets,
    Auditor auditor,
    TimeProvider time
)
{
    // In each round at least one writer succeeds. So a caller that states no version waits instead of failing.
    private const int MaxTries = 1_000;

    /// <summary>The record as it is stored, or its tombstone; null if there is none.</summary>
    internal async ValueTask<StoredRecord?> FindAsync(Identifier identifier, CancellationToken cancellationToken) =>
        (await store.FindAsync(identifier.Key, cancellationToken)).Record;

    /// <summary>
    /// Changes a record for a caller whose role decides. Such callers may see which identifiers there are, so that of
    /// one that is absent they are told what may be meant.
    /// </summary>
    internal async Task<Result<Registered>> ChangeByRoleAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        Func<StoredRecord, Result<RecordWrite?>> change,
        CancellationToken cancellationToken
    )
    {
        var needed = AccessPolicy.RoleToWrite(identifier);
        var result = await ChangeAsync(identifier, expectedVersion, caller, needed, change, cancellationToken);
        return IsAbsent(result) ? await AbsentAsync(identifier, cancellationToken) : result;
    }

    /// <summary>Changes an active record. Refuses one that is absent or revoked, or has another version.</summary>
    internal Task<Result<Registered>> ChangeAsync(
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
                    return IdentifierErrors.Absent(identifier, catalog.Current);
                }
                if (current.Status == RecordStatus.Revoked)
                {
                    return IdentifierErrors.Revoked(identifier.Text);
                }
                return expectedVersion is { } expected && expected != current.Version
                    ? IdentifierErrors.VersionConflict(current.Version)
                    : change(current);
            },
            cancellationToken
        );

    /// <summary>Makes a write from the current record. Repeats this until no other write came between.</summary>
    internal async Task<Result<Registered>> WriteAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        Role needed,
        Func<StoredRecord?, Result<RecordWrite?>> make,
        CancellationToken cancellationToken
    )
    {
        if (
            (AccessPolicy.Require(caller, needed) ?? AccessPolicy.RequireReach(caller, identifier.Prefix.Text)) is
            { } refusal
        )
        {
            return refusal;
        }
        for (var tries = 0; ; tries++)
        {
            var (current, _) = await store.FindAsync(identifier.Key, cancellationToken);
            if (current is not null && RecordReader.IsTemplateUnknown(current, catalog.Current))
            {
                // Without its template, the record would lose its attributes in the write.
                await catalog.ReloadAsync(current.Sequence, cancellationToken);
            }
            if (!make(current).TryGet(out var write, out var error))
            {
                return AccessPolicy.WithinReach(error, caller);
            }
            if (write is null)
            {
                return new Registered(WriteOutcome.Same, current!);
            }
            var result = (await store.WriteAsync([write with { Actor = caller.Actor }], cancellationToken))[0];
            if (AnswerTo(write, result) is { } answer)
            {
                await NoteRightsAsync(answer, current, caller);
                return answer.TryGet(out _, out error) ? answer : AccessPolicy.WithinReach(error, caller);
            }
            if (expectedVersion is not null || tries == MaxTries)
            {
                return IdentifierErrors.VersionConflict(result.Record!.Version);
            }
        }
    }

    /// <summary>True for the refusal of an identifier that is absent.</summary>
    internal static bool IsAbsent(Result<Registered> result) => result.Error is { Code: ErrorCode.NotFound };

    /// <summary>The refusal of an absent identifier, which says what may be meant.</summary>
    internal ValueTask<Error> AbsentAsync(Identifier identifier, CancellationToken cancellationToken) =>
        AbsentIdentifier.ErrorAsync(identifier, catalog.Current, store, cancellationToken);

    /// <summary>Notes a write that was done in the audit log.</summary>
    internal async Task<Result<Registered>> AuditedAsync(
        Result<Registered> result,
        Caller caller,
        string action,
        string target
    )
    {
        if (result is { IsOk: true, Value.Outcome: WriteOutcome.Changed or WriteOutcome.Reinstated })
        {
            await auditor.DoneAsync(caller, action, target, CancellationToken.None);
        }
        return result;
    }

    /// <summary>The content of a stored record, by the version of the template that it has.</summary>
    internal RecordContent ContentOf(StoredRecord record) =>
        RecordContent.Of(RecordReader.TemplateOf(record, catalog.Current), record);

    /// <summary>The write that gives an active record other content; null if it has that already.</summary>
    internal Result<RecordWrite?> Update(StoredRecord current, RecordContent before, Result<RecordContent> after)
    {
        if (!after.TryGet(out var plain, out var error))
        {
            return error;
        }
        var content = plain.Seal(secrets, current.Key, before);
        return content.SameAs(before)
            ? (RecordWrite?)null
            : Write(current, before, content, LogOperation.Update, RecordStatus.Active);
    }

    /// <summary>The write that leaves a tombstone.</summary>
    internal ChangeRecord Revoke(StoredRecord current)
    {
        var content = ContentOf(current);
        return Write(current, content, content, LogOperation.Revoke, RecordStatus.Revoked);
    }

    /// <summary>The write of a new record.</summary>
    internal RegisterRecord Create(Identifier identifier, RecordContent content, byte[] digest)
    {
        var state = StateEncoder.Encode(
            content.Seal(secrets, identifier.Key),
            identifier.Text,
            RecordStatus.Active,
            []
        );
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

    /// <summary>The write that brings a tombstone back with this content.</summary>
    internal ChangeRecord Reinstate(StoredRecord current, RecordContent content, byte[] digest) =>
        Write(
            current,
            ContentOf(current),
            content.Seal(secrets, current.Key),
            LogOperation.Reinstate,
            RecordStatus.Active
        ) with
        {
            Digest = digest,
        };

    /// <summary>The write of a record's next version, with the rows in the tables beside it.</summary>
    internal ChangeRecord Write(
        StoredRecord current,
        RecordContent before,
        RecordContent content,
        LogOperation operation,
        RecordStatus status,
        IReadOnlyList<BusinessKey>? keys = null
    )
    {
        var state = StateEncoder.Encode(
            content,
            RecordState.IdentifierOf(current),
            status,
            keys ?? RecordState.KeysOf(current.State)
        );
        var active = status == RecordStatus.Active;
        return new ChangeRecord(operation)
        {
            Key = current.Key,
            ExpectedVersion = current.Version,
            Template = content.Template?.Code,
            State = state,
            Commitments = Commitments.Of(state),
            RowsBefore = current.Status == RecordStatus.Active ? SideTables.RowsOf(before) : [],
            Rows = active ? SideTables.RowsOf(content) : [],
            Actor = 0,
            Time = Micros.Now(time),
        };
    }

    /// <summary>
    /// Notes in the audit log that the rights in a record are no longer what they were. New records, which may be many,
    /// are gathered.
    /// </summary>
    private async Task NoteRightsAsync(Result<Registered> answer, StoredRecord? before, Caller caller)
    {
        if (
            !answer.TryGet(out var written, out _)
            || AccessPolicy.GrantingChange(ActiveValues(written.Record), ActiveValues(before)) is null
        )
        {
            return;
        }
        var identifier = RecordState.IdentifierOf(written.Record) ?? written.Record.Key.ToString();
        if (before is null)
        {
            auditor.Noted(caller, RegistrationNotes.Granting, identifier);
        }
        else
        {
            await auditor.DoneAsync(caller, RegistrationNotes.Granting, identifier, CancellationToken.None);
        }
    }

    /// <summary>The values that count: those of a record that is there.</summary>
    private RawValue[] ActiveValues(StoredRecord? record) =>
        record is { Status: RecordStatus.Active } ? ContentOf(record).Values : [];

    /// <summary>The answer to a write; null if another write came first.</summary>
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
            case WriteOutcome.KeyTaken:
                return RegistrationErrors.KeyTaken(result.Record!, result.Field!);
            default:
                return null;
        }
    }
}
