using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>
/// What a write makes of what stands, in every store alike. Sequence numbers are given when it is committed.
/// </summary>
internal static class WriteRules
{
    /// <summary>The record after a registration or a reinstatement.</summary>
    /// <param name="write">The registration.</param>
    /// <param name="existing">The tombstone it brings back, or null.</param>
    /// <param name="objectNumber">The number of a new record.</param>
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

    /// <summary>Why a change cannot be made of what stands, or null.</summary>
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

    /// <summary>The record after a change.</summary>
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

    /// <summary>The header of the entry that makes a version.</summary>
    public static LogBody Body(RecordWrite write, StoredRecord record, LogOperation operation) =>
        new(LogKind.Record, operation, record.Object, record.Version, record.UpdatedAt, write.Actor);

    /// <summary>The header of the entry that makes a document's version.</summary>
    public static LogBody Body(DocumentWrite write, long objectNumber) =>
        new(write.Kind, write.Operation, objectNumber, write.ExpectedVersion + 1, write.Time, write.Actor);

    /// <summary>Why a document is not written that is not at the version expected.</summary>
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
