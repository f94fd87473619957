namespace IdResolution.Core.Catalog;

/// <summary>
/// The document that begins a log and names it.
/// </summary>
public sealed record LogStart
{
    /// <summary>The code of the document, which is of kind configuration.</summary>
    public const string DocumentCode = "log";

    /// <summary>The name of the log.</summary>
    public required string Log { get; init; }

    /// <summary>True if the store came back from a backup; false for its first log.</summary>
    public bool Restarted { get; init; }

    /// <summary>The name of the log before it; null if there was none, or if it had no name yet.</summary>
    public string? Former { get; init; }

    /// <summary>
    /// The number of first entries that are those of the former log; null where these are all entries before this one.
    /// Fewer are if that log had begun from another backup.
    /// </summary>
    public long? Kept { get; init; }

    /// <summary>The greatest sequence number of the former log that was known; 0 for none.</summary>
    public long FormerHead { get; init; }

    /// <summary>The leaf hash of that entry in hexadecimal; null if it was not known.</summary>
    public string? FormerLeaf { get; init; }

    /// <summary>The last checkpoint of the former log; null while logs have none.</summary>
    public string? FormerCheckpoint { get; init; }

    /// <summary>
    /// Size and root (RFC 9162) of the log when its entries were in format 1, as <c>SIZE ROOT</c>; null if they never
    /// were.
    /// </summary>
    public string? Format1 { get; init; }
}
