using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Resolution;

/// <summary>An entry of the change log as a caller sees it.</summary>
public sealed record ShownChange
{
    /// <summary>The sequence number of the entry.</summary>
    public required long Sequence { get; init; }

    /// <summary>The kind of the object that was changed.</summary>
    public required LogKind Kind { get; init; }

    /// <summary>The operation on the object.</summary>
    public required LogOperation Operation { get; init; }

    /// <summary>For a record its identifier, empty if it was erased; otherwise null.</summary>
    public string? Identifier { get; init; }

    /// <summary>For a record with a template, the code of the template; otherwise null.</summary>
    public string? Template { get; init; }

    /// <summary>For a document its code, for an event its id; null for a record.</summary>
    public string? Code { get; init; }

    /// <summary>The version of the object that the entry made.</summary>
    public required long Version { get; init; }

    /// <summary>The time of the change.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who made the change (<c>NodeCatalog.ActorName</c>); null below role reader.</summary>
    public string? Actor { get; init; }

    /// <summary>The hash of the entry as a leaf of the log's Merkle tree, 32 bytes.</summary>
    public required byte[] Leaf { get; init; }
}
