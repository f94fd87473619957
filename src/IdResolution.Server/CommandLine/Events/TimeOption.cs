using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>Times on the command line.</summary>
internal static class TimeOption
{
    /// <summary>How a table shows a time, in microseconds since 1970 UTC.</summary>
    public static string Text(long time) => Micros.ToTime(time).ToString("u", CultureInfo.InvariantCulture);

    /// <summary>The time in microseconds since 1970 UTC; null where none is given, or it is none.</summary>
    public static long? Read(ParseResult parsed, Option<string> option, Faults faults)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }
        if (TextParameter.TryTime(text, out var time))
        {
            return Micros.Of(time);
        }
        faults.Add(option.Name, TextParameter.TimeForm.En, TextParameter.TimeForm.Zh);
        return null;
    }
}
