using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Rest;

/// <summary>The limits of bodies that calls are mapped with.</summary>
internal sealed class BodyLimits(IOptionsMonitor<LimitOptions> options)
{
    /// <summary>For a handful of members.</summary>
    public static readonly BodyLimit Small = new(65_536);

    /// <summary>For what a scanner read.</summary>
    public static readonly BodyLimit Scan = new(16_384);

    /// <summary>For a template of 500 attributes with long texts.</summary>
    public static readonly BodyLimit Template = new(4 << 20);

    /// <summary><c>Limits:BodyBytes</c>.</summary>
    public BodyLimit Usual { get; } = new(() => options.CurrentValue.BodyBytes);

    /// <summary><c>Limits:BatchBytes</c>.</summary>
    public BodyLimit Batch { get; } = new(() => options.CurrentValue.BatchBytes);
}
