using IdResolution.Core.Templates;

namespace IdResolution.Core.Upstream;

/// <summary>What the secondary node is to be told of one record: its state after the last of its changes.</summary>
public sealed record UpstreamChange
{
    /// <summary>The sequence number of the last change.</summary>
    public required long Sequence { get; init; }

    /// <summary>The object number of the record.</summary>
    public required long Object { get; init; }

    /// <summary>The homed prefix.</summary>
    public required string Prefix { get; init; }

    /// <summary>The identifier in the spelling given at registration.</summary>
    public required string Identifier { get; init; }

    /// <summary>The template; null if the record was revoked.</summary>
    public Template? Template { get; init; }

    /// <summary>What the secondary node is to have; null if the record was revoked.</summary>
    public UpstreamItem? Item { get; init; }

    /// <summary>True if it is likely not there yet, so that it is created first.</summary>
    public bool IsNew { get; init; }

    /// <summary>The codes of the attributes whose values stay here because they are too long.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];
}
