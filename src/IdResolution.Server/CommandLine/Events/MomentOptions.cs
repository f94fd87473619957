using System.CommandLine;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>The options that say as of when traces and what is made of them are read.</summary>
internal static class MomentOptions
{
    public static Option<string> At() =>
        new("--at")
        {
            Description = "A time, such as 2026-03-01T08:00:00Z: only what was so then. Default: whatever was so.",
            HelpName = "TIME",
        };

    public static Option<long?> Number() =>
        new("--number") { Description = "The number of the log to read at. Default: its head.", HelpName = "N" };
}
