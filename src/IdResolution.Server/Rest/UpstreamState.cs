using IdResolution.Core.Upstream;
using IdResolution.Server.Options;

namespace IdResolution.Server.Rest;

/// <summary>How far the secondary node is behind, as callers are told. Without an upstream: what was refused.</summary>
internal sealed record UpstreamState(bool Configured, long Refused, long Due)
{
    public string? Url { get; init; }

    public string? User { get; init; }

    public string? Prefix { get; init; }

    public long? Cursor { get; init; }

    public long? Head { get; init; }

    public long? Lag { get; init; }

    public double? LagSeconds { get; init; }

    public long? Sent { get; init; }

    public long? Kept { get; init; }

    public double? Rate { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? FailedAt { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? AnotherSince { get; init; }

    public static UpstreamState Of(UpstreamStatus status, UpstreamOptions options)
    {
        var state = new UpstreamState(options.IsUsed, status.Refused, status.Due);
        return options.IsUsed
            ? state with
            {
                Url = options.Url,
                User = options.User,
                Prefix = string.IsNullOrEmpty(options.Prefix) ? null : options.Prefix,
                Cursor = status.Cursor,
                Head = status.Head,
                Lag = status.Lag,
                LagSeconds = Math.Round(status.LagSeconds, 1),
                Sent = status.Told.Sent,
                Kept = status.Told.Kept,
                Rate = status.Told.Rate,
                SentAt = status.Told.SentAt,
                Error = status.Told.Error,
                FailedAt = status.Told.FailedAt,
                FailingSince = status.Told.FailingSince,
                AnotherSince = status.AnotherSince,
            }
            : state;
    }
}
