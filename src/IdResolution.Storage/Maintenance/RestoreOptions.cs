using IdResolution.Core.ChangeLog;

namespace IdResolution.Storage.Maintenance;

/// <summary>What the operator and the node know of the time since a backup.</summary>
public sealed record RestoreOptions
{
    /// <summary>
    /// At least as many numbers as any sequence gave away since the backup, 0 and up. Null if the former database says
    /// it.
    /// </summary>
    public long? Gap { get; init; }

    /// <summary>An entry of the log that is known, which the backup may lack; null for none.</summary>
    public LogPoint? Known { get; init; }

    /// <summary>The public URL of the node; null to keep the host of the log before.</summary>
    public string? PublicUrl { get; init; }
}
