using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>story</c>: writes the events that name an item.</summary>
internal sealed class StoryCommand
{
    private readonly Argument<string?> _id = ItemOptions.Id();

    private readonly ItemOptions _item = new();

    private readonly Option<string?> _type = new("--type")
    {
        Description = "Events of this type alone, such as move.",
        HelpName = "TYPE",
    };

    public static Command Create() => new StoryCommand().Build();

    private Command Build()
    {
        _type.AcceptOnlyFromAmong([.. EventNames.Types]);
        var command = new Command(
            "story",
            """
            Writes all events that name an item, in whatever part, by time, as JSON lines. Corrected ones are among
            them, with the status voided.

            Example:
              idnode story --data ./data 88.300.15907541011/STACK-1
            """
        )
        {
            Settings.Data,
            _id,
            _type,
        };
        _item.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        if (
            !(await _item.FindAsync(parsed, node, parsed.GetValue(_id), cancellationToken)).TryGet(
                out var item,
                out var unknown
            )
        )
        {
            return terminal.Refuse(unknown);
        }
        var filter = new EventFilter
        {
            Item = new ItemAsked(item.Text),
            Type = parsed.GetValue(_type),
            Limit = EventQueries.MaxPage,
        };
        while (true)
        {
            var read = await node.Get<EventQueries>().ListAsync(filter, Caller.CommandLine, cancellationToken);
            if (!read.TryGet(out var page, out var error))
            {
                return terminal.Refuse(error);
            }
            foreach (var shown in page.Events)
            {
                await terminal.Out.WriteLineAsync(
                    IndentedJson.Write(writer => EventJson.Write(writer, shown), indented: false)
                );
            }
            if (page.Next is null)
            {
                return ExitCode.Done;
            }
            filter = filter with { After = page.Next };
        }
    }
}
