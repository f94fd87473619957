using IdResolution.Core.Identifiers;

namespace IdResolution.Core.ChangeLog;

/// <summary>An entry as readers of the log use it: decoded, with what the object is called.</summary>
public sealed record Change
{
    /// <summary>The log sequence number.</summary>
    public required long Sequence { get; init; }

    /// <summary>Kind, operation, object, version, time and actor.</summary>
    public required LogBody Body { get; init; }

    /// <summary>The leaf hash, 32 bytes.</summary>
    public required byte[] Leaf { get; init; }

    /// <summary>The state of the version the entry made (values and salts), as far as not erased.</summary>
    public required byte[] State { get; init; }

    /// <summary>A record's lookup key; empty for other kinds.</summary>
    public LookupKey Key { get; init; }

    /// <summary>A document's code; null for records.</summary>
    public string? Code { get; init; }
}
