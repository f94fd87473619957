using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Maintenance;

/// <summary>The result of a restore, or of a restart of the log.</summary>
public sealed record RestoreReport
{
    /// <summary>The new name of the former database; null if there was none.</summary>
    public string? Aside { get; init; }

    /// <summary>The number of the last log entry that was restored.</summary>
    public required long Head { get; init; }

    /// <summary>
    /// The log that the store goes on with; null if none was begun, so that the store takes no writes.
    /// </summary>
    public CurrentLog? Log { get; init; }

    /// <summary>The number of first entries that the store shares with the former database.</summary>
    public long Shared { get; init; }

    /// <summary>Why no log was begun; null if one was.</summary>
    public Text? Pending { get; init; }

    /// <summary>The identifiers that items get back which are sent again by their business keys.</summary>
    public KeptIdentifiers? Identifiers { get; init; }

    /// <summary>How many numbers all sequences and object numbers skip; 0 for none.</summary>
    public long Gap { get; init; }

    /// <summary>How many sequences go on where the former database stood, beyond the backup.</summary>
    public int Raised { get; init; }

    /// <summary>The number of log entries of the former database that are not restored.</summary>
    public long Lost { get; init; }

    /// <summary>The file with one line of JSON for each lost entry that could be read; null if there is none.</summary>
    public string? LostFile { get; init; }

    /// <summary>Why the lost entries could not all be read; null if they could.</summary>
    public Text? Fault { get; init; }
}
