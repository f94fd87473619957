using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>where</c>: writes where an item is, in what, in which state, held or not.</summary>
internal sealed class WhereCommand
{
    private readonly Argument<string?> _id = ItemOptions.Id();

    private readonly ItemOptions _item = new();

    public static Command Create() => new WhereCommand().Build();

    private Command Build()
    {
        var command = new Command(
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
        };
        _item.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        if (
            !(await _item.FindAsync(parsed, node, parsed.GetValue(_id), cancellationToken)).TryGet(
                out var name,
                out var error
            )
            || !(await node.Get<StatusReader>().ReadAsync(name, Caller.CommandLine, cancellationToken)).TryGet(
                out var status,
                out error
            )
        )
        {
            return terminal.Refuse(error);
        }
        await terminal.Out.WriteLineAsync(IndentedJson.Write(writer => StatusJson.Write(writer, status)));
        return ExitCode.Done;
    }
}
