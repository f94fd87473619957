using System.CommandLine;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>events</c>: the verbs about many events.</summary>
internal static class EventsCommand
{
    public static Command Create() =>
        new(
            "events",
            """
            Brings events and links into a node, and lists them.

            Examples:
              idnode events import --data ./data events.jsonl
              idnode events list --data ./data --type hold --order desc
            """
        )
        {
            EventImportCommand.Create(),
            EventListCommand.Create(),
        };
}
