using System.CommandLine;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>events</c>: the verbs that bring events into a node.</summary>
internal static class EventsCommand
{
    public static Command Create() =>
        new(
            "events",
            """
            Brings events and links into a node.

            Example:
              idnode events import --data ./data events.jsonl
            """
        )
        {
            EventImportCommand.Create(),
        };
}
