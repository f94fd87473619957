using System.Text.Json.Serialization;

namespace IdResolution.Core.Upstream;

/// <summary>How far the secondary node is behind, and how the last tries went.</summary>
public sealed record UpstreamStatus
{
    /// <summary>The last log entry that was taken.</summary>
    public required long Cursor { get; init; }

    /// <summary>The last entry of the log.</summary>
    public required long Head { get; init; }

    /// <summary>The age of the first entry not taken yet, in seconds; 0 if there is none.</summary>
    public required double LagSeconds { get; init; }

    /// <summary>The letters that wait for a person.</summary>
    public required long Refused { get; init; }

    /// <summary>The letters that are sent again by themselves.</summary>
    public required long Due { get; init; }

    /// <summary>
    /// Since when the secondary node, the user or the prefix is another one than before; null if it never changed.
    /// </summary>
    public DateTimeOffset? AnotherSince { get; init; }

    /// <summary>What the sending node told last.</summary>
    public required UpstreamTold Told { get; init; }

    /// <summary>The number of entries not taken yet.</summary>
    public long Lag => Math.Max(0, Head - Cursor);
}

/// <summary>What the node that sends tells the others of its work, at most a few seconds old.</summary>
public sealed record UpstreamTold
{
    /// <summary>The records sent since the node first had an upstream; one sent again counts again.</summary>
    public long Sent { get; init; }

    /// <summary>The values that stayed here because they are too long.</summary>
    public long Kept { get; init; }

    /// <summary>The records sent a second, over the last seconds.</summary>
    public double Rate { get; init; }

    /// <summary>When the secondary node last took something; null for never.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Why the last try failed; null if it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>When it failed.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>When the first try failed of those since the last success; null if the last try succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }
}

/// <summary>How <see cref="UpstreamTold"/> is stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UpstreamTold))]
internal sealed partial class UpstreamJson : JsonSerializerContext;
