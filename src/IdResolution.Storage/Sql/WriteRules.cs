using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>
/// The rules for writes, the same in every store: what a write makes of the existing record or document. Sequence
/// numbers are set at commit.
/// </summary>
internal static class WriteRules
{
    /// <summary>The record after a registration, or after a tombstone was reinstated.</summary>
    /// <param name="write">The registration.</param>
    /// <param name="existing">The tombstone to reinstate; null for a new record.</param>
    /// <param name="objectNumber">The number of the record.</param>
    public static StoredRecord Registered(RegisterRecord write, StoredRecord? existing, long objectNumber) =>
        new()
        {
            Object = objectNumber,
            Key = existing?.Key ?? write.Key,
            Version = (existing?.Version ?? 0) + 1,
            Sequence = 0,
            Status = RecordStatus.Active,
            Digest = write.Digest,
            CreatedAt = existing?.CreatedAt ?? write.Time,
            UpdatedAt = write.Time,
            State = write.State,
        };

    /// <summary>The reason why a change cannot be made to the current record, or null.</summary>
    public static RecordWriteResult? Refusal(ChangeRecord write, StoredRecord? current)
    {
        if (current is null)
        {
            return new RecordWriteResult(WriteOutcome.NotFound, null);
        }
        return current.Version == write.ExpectedVersion
            ? null
            : new RecordWriteResult(WriteOutcome.VersionConflict, current);
    }

    /// <summary>
    /// True if a row must be looked for, since another record may have its key. The first key of a registration was
    /// looked for already.
    /// </summary>
    public static bool MayBeHeld(RecordWrite write, SideRow row) =>
        row.Table.HasOneHolder && !(write is RegisterRecord { FirstKey: var forms } && IsAmong(forms, row));

    private static bool IsAmong(IReadOnlyList<SideRow> forms, SideRow row)
    {
        for (var i = 0; i < forms.Count; i++)
        {
            if (ReferenceEquals(forms[i].Values, row.Values))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The refusal of a write with a row that another record has.</summary>
    public static RecordWriteResult Held(SideRow row, StoredRecord holder) =>
        new(row.Table == BusinessKeys.Table ? WriteOutcome.KeyTaken : WriteOutcome.NotUnique, holder, row.Field);

    public static StoredRecord Changed(ChangeRecord write, StoredRecord current) =>
        current with
        {
            Version = current.Version + 1,
            Sequence = 0,
            Status = write.Operation switch
            {
                LogOperation.Revoke => RecordStatus.Revoked,
                LogOperation.Reinstate => RecordStatus.Active,
                _ => current.Status,
            },
            Digest = write.Digest.Length > 0 ? write.Digest : current.Digest,
            UpdatedAt = write.Time,
            State = write.State,
        };

    /// <summary>The header of the log entry for a new version of a record.</summary>
    public static LogBody Body(RecordWrite write, StoredRecord record, LogOperation operation) =>
        new(LogKind.Record, operation, record.Object, record.Version, record.UpdatedAt, write.Actor);

    /// <summary>The header of the log entry for a new version of a document.</summary>
    public static LogBody Body(DocumentWrite write, long objectNumber) =>
        new(write.Kind, write.Operation, objectNumber, write.ExpectedVersion + 1, write.Time, write.Actor);

    /// <summary>The error for a document that does not have the expected version.</summary>
    public static Error Refusal(DocumentWrite write) =>
        write.ExpectedVersion == 0
            ? Error.Of(ErrorCode.AlreadyExists, $"{write.Code} exists already.", $"{write.Code} 已存在。", "code")
            : Error.Of(
                ErrorCode.VersionConflict,
                $"{write.Code} was changed in the meantime.",
                $"{write.Code} 已被他人修改。",
                "code"
            );
}
