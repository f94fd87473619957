using System.Text.Json.Serialization;

namespace IdResolution.Server.Simulation;

/// <summary>A call that a simulated secondary node has seen.</summary>
/// <param name="Number">Its place in the order in which work was done, from 1.</param>
/// <param name="At">When that was.</param>
/// <param name="Method">The method of HTTP.</param>
/// <param name="Path">The path.</param>
/// <param name="Handles">The identifiers that it is about, in their order.</param>
/// <param name="Outcome">The status of the envelope, or what was done in place of an answer.</param>
internal sealed record SeenCall(
    long Number,
    DateTimeOffset At,
    string Method,
    string Path,
    IReadOnlyList<string?> Handles,
    string Outcome
)
{
    [JsonIgnore]
    public bool IsBatch { get; init; }

    /// <summary>When it came in, as the number of an event.</summary>
    [JsonIgnore]
    public long Began { get; init; }

    /// <summary>When its answer began, as the number of an event; the greatest number before that.</summary>
    [JsonIgnore]
    public long Ended { get; set; } = long.MaxValue;
}
