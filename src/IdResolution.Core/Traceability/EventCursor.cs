using System.Globalization;

namespace IdResolution.Core.Traceability;

/// <summary>Where a list of events goes on. As text <c>NUMBER.TIME.OBJECT</c>.</summary>
/// <param name="Number">The log number at which the list is read.</param>
/// <param name="Time">The time of the last event, in microseconds since 1970 UTC.</param>
/// <param name="Object">The object number of the last event.</param>
public readonly record struct EventCursor(long Number, long Time, long Object)
{
    /// <summary>Reads the text of a cursor.</summary>
    public static bool TryParse(string? text, out EventCursor cursor)
    {
        cursor = default;
        if (
            text?.Split('.') is not [var number, var time, var objectNumber]
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || !long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var moment)
            || !long.TryParse(objectNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
        )
        {
            return false;
        }
        cursor = new EventCursor(at, moment, last);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}.{Time}.{Object}");
}
