using IdResolution.Core.Identifiers;

namespace IdResolution.Core.ChangeLog;

/// <summary>A decoded log entry, with the key or code of its object.</summary>
public sealed record Change
{
    /// <summary>The sequence number of the entry.</summary>
    public required long Sequence { get; init; }

    /// <summary>Kind, operation, object, version, time and actor.</summary>
    public required LogBody Body { get; init; }

    /// <summary>The hash of the entry (<see cref="LogBody.Leaf"/>), 32 bytes.</summary>
    public required byte[] Leaf { get; init; }

    /// <summary>The state of the version that the entry made (values and salts), without what was erased.</summary>
    public required byte[] State { get; init; }

    /// <summary>A record's lookup key; empty for other kinds.</summary>
    public LookupKey Key { get; init; }

    /// <summary>A document's code; null for records.</summary>
    public string? Code { get; init; }
}
