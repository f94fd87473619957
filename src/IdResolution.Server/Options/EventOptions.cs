using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Events</c>: what events may say.</summary>
internal sealed class EventOptions
{
    /// <summary>How far ahead of the node's clock an event may be, in minutes.</summary>
    public int MaxAhead { get; set; } = 10;

    internal void Validate(List<Text> errors)
    {
        if (MaxAhead is < 0 or > 1_440)
        {
            errors.Add(
                new(
                    $"Events:MaxAhead: {MaxAhead} must be 0 to 1440 minutes.",
                    $"Events:MaxAhead：{MaxAhead} 应为 0 至 1440 分钟。"
                )
            );
        }
    }
}
