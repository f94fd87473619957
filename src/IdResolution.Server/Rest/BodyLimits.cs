using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Rest;

/// <summary>The greatest body lengths, for the mapping of calls.</summary>
internal sealed class BodyLimits(IOptionsMonitor<LimitOptions> options)
{
    /// <summary>For bodies with a few members.</summary>
    public static readonly BodyLimit Small = new(65_536);

    /// <summary>For the text that a scanner read.</summary>
    public static readonly BodyLimit Scan = new(16_384);

    /// <summary>For a sheet of 1,000 identifiers of 255 bytes, escaped where they are not ASCII.</summary>
    public static readonly BodyLimit Sheet = new(786_432);

    /// <summary>For a template of 500 attributes with long texts.</summary>
    public static readonly BodyLimit Template = new(4 << 20);

    /// <summary>The setting <c>Limits:BodyBytes</c>; a changed setting takes effect at once.</summary>
    public BodyLimit Usual { get; } = new(() => options.CurrentValue.BodyBytes);

    /// <summary>The setting <c>Limits:BatchBytes</c>; a changed setting takes effect at once.</summary>
    public BodyLimit Batch { get; } = new(() => options.CurrentValue.BatchBytes);
}
