using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>where</c>: writes where an item is, in what, in which state, held or not.</summary>
internal sealed class WhereCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The identifier of the item, or its URI." };

    public static Command Create() => new WhereCommand().Build();

    private Command Build() =>
        new Command(
            "where",
            """
            Writes where an item is, in what, in which state, held or not, and what is left of a lot: the answer of
            GET /api/v1/status. Each comes from the latest event that says something of it.

            Example:
              idnode where --data ./data 88.300.15907541011/STACK-1
            """
        )
        {
            Settings.Data,
            _id,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!ItemName.Parse(parsed.GetRequiredValue(_id)).TryGet(out var named, out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var name = await node.Get<ThingFinder>().ResolveAsync(named, Caller.CommandLine, cancellationToken);
        var read = await node.Get<StatusReader>().ReadAsync(name, Caller.CommandLine, cancellationToken);
        if (!read.TryGet(out var status, out error))
        {
            return terminal.Refuse(error);
        }
        await terminal.Out.WriteLineAsync(IndentedJson.Write(writer => StatusJson.Write(writer, status)));
        return ExitCode.Done;
    }
}
