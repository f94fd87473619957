using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

internal sealed class PlantOptions
{
    /// <summary>The IANA time zone of dates in coding rules and of the days in statistics.</summary>
    public string TimeZone { get; set; } = "Asia/Shanghai";

    internal void Validate(List<Text> errors)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            errors.Add(
                new(
                    $"Plant:TimeZone: '{TimeZone}' must be an IANA time zone, such as Asia/Shanghai.",
                    $"Plant:TimeZone：'{TimeZone}' 应为 IANA 时区名，例如 Asia/Shanghai。"
                )
            );
        }
    }
}
