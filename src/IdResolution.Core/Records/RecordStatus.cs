namespace IdResolution.Core.Records;

/// <summary>The status of a record.</summary>
public enum RecordStatus
{
    /// <summary>The identifier resolves.</summary>
    Active,

    /// <summary>The record is a tombstone. It can be reinstated.</summary>
    Revoked,
}
