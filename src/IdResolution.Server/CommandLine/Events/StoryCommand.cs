using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
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
        var first = await node.Get<EventQueries>().ListAsync(filter, Caller.CommandLine, cancellationToken);
        return first.TryGet(out var page, out var error)
            ? await LongOutput.WriteAsync(
                terminal,
                file: null,
                new("events", "个事件"),
                new WorkProgress(),
                (output, progress) => WriteAsync(page, filter, node, output, progress, cancellationToken)
            )
            : terminal.Refuse(error);
    }

    private static async Task<int> WriteAsync(
        EventPage page,
        EventFilter filter,
        NodeContainer node,
        TextWriter output,
        WorkProgress progress,
        CancellationToken cancellationToken
    )
    {
        for (long written = 0; ; )
        {
            foreach (var shown in page.Events)
            {
                await output.WriteLineAsync(
                    IndentedJson.Write(writer => EventJson.Write(writer, shown), indented: false)
                );
            }
            progress.Report(written += page.Events.Count, double.NaN);
            if (page.Next is null)
            {
                return ExitCode.Done;
            }
            var rest = filter with { After = page.Next };
            var read = await node.Get<EventQueries>().ListAsync(rest, Caller.CommandLine, cancellationToken);
            page = read.IsOk ? read.Value : throw new OperatorException(read.Error!.Message);
        }
    }
}
