using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Administration;

/// <summary>What is known of a log that others have seen further than the store holds it.</summary>
public sealed record FormerLog
{
    /// <summary>Its name; null if it is that of the store.</summary>
    public LogName? Name { get; init; }

    /// <summary>The greatest number of a log that was seen. The next log gets a greater one.</summary>
    public long AtLeast { get; init; }

    /// <summary>The greatest sequence number that is known of it; 0 for none.</summary>
    public long Head { get; init; }

    /// <summary>The leaf hash of that entry in hexadecimal; null if it is not known.</summary>
    public string? Leaf { get; init; }

    /// <summary>The number of its first entries that the store holds; null for all that the store holds.</summary>
    public long? Kept { get; init; }
}
