namespace IdResolution.Server.Options;

/// <summary>The plant.</summary>
internal sealed class PlantOptions
{
    /// <summary>The time zone of dates in coding rules and of statistics.</summary>
    public string TimeZone { get; set; } = "Asia/Shanghai";

    internal void Validate(List<string> errors)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            errors.Add($"Plant:TimeZone: '{TimeZone}' must be an IANA time zone, such as Asia/Shanghai.");
        }
    }
}
