using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Documents;

/// <summary>A document to be written.</summary>
public sealed record DocumentWrite
{
    /// <summary>Its kind in the log.</summary>
    public required LogKind Kind { get; init; }

    /// <summary>Unique within its kind.</summary>
    public required string Code { get; init; }

    /// <summary>The version it replaces; 0 where it must be new.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>What is done.</summary>
    public required LogOperation Operation { get; init; }

    /// <summary>The document.</summary>
    public required string Json { get; init; }

    /// <summary>The state for the version table.</summary>
    public required byte[] State { get; init; }

    /// <summary>The sorted commitments to the state.</summary>
    public required byte[] Commitments { get; init; }

    /// <summary>Who does it.</summary>
    public required long Actor { get; init; }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }
}
