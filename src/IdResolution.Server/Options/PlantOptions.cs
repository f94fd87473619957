namespace IdResolution.Server.Options;

internal sealed class PlantOptions
{
    /// <summary>The IANA time zone of dates in coding rules and of the days in statistics.</summary>
    public string TimeZone { get; set; } = "Asia/Shanghai";

    internal void Validate(List<string> errors)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            errors.Add($"Plant:TimeZone: '{TimeZone}' must be an IANA time zone, such as Asia/Shanghai.");
        }
    }
}
