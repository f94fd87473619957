using IdResolution.Core.Traceability;

namespace IdResolution.Server.Demo;

/// <summary>The times of the demonstration plant's events.</summary>
/// <param name="zone">The name of the plant's time zone.</param>
/// <param name="lastDay">The last day of the plant.</param>
/// <param name="end">A time on that day; nothing is later.</param>
internal sealed class PlantCalendar(string zone, DateOnly lastDay, DateTimeOffset end)
{
    private const string Source = "mes";

    /// <summary>The last day of the plant.</summary>
    public DateOnly LastDay => lastDay;

    /// <summary>An event to fill in.</summary>
    /// <param name="type">The name of its type.</param>
    /// <param name="key">What tells it apart from others of its type.</param>
    /// <param name="day">The day; the last one where it would be later.</param>
    /// <param name="time">The time of that day; on the last day all is at the end.</param>
    public EventRequest Event(string type, string key, DateOnly day, string time = "14:00")
    {
        var happened = new EventRequest
        {
            Type = type,
            Source = Source,
            SourceKey = $"{type} {key}",
        };
        return day < lastDay
            ? happened with
            {
                Time = $"{PlantFormats.Day(day)}T{time}:00",
                Zone = zone,
            }
            : happened with
            {
                Time = end.ToString("O"),
            };
    }
}
