namespace IdResolution.Core.Records;

/// <summary>Whether an identifier resolves.</summary>
public enum RecordStatus
{
    /// <summary>It resolves.</summary>
    Active,

    /// <summary>A tombstone: revoked, can be reinstated.</summary>
    Revoked,
}
