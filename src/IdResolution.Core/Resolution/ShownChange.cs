using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Resolution;

/// <summary>An entry of the change log as a caller sees it.</summary>
public sealed record ShownChange
{
    /// <summary>The log sequence number.</summary>
    public required long Sequence { get; init; }

    /// <summary>What was changed.</summary>
    public required LogKind Kind { get; init; }

    /// <summary>How.</summary>
    public required LogOperation Operation { get; init; }

    /// <summary>Of a record, its identifier; empty where it was erased.</summary>
    public string? Identifier { get; init; }

    /// <summary>Of a record, the code of its template, where it has one.</summary>
    public string? Template { get; init; }

    /// <summary>Of a document, its code.</summary>
    public string? Code { get; init; }

    /// <summary>The version it made.</summary>
    public required long Version { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who; null where the caller is not told.</summary>
    public string? Actor { get; init; }

    /// <summary>The leaf hash, 32 bytes.</summary>
    public required byte[] Leaf { get; init; }
}
