using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>fulfilment</c>: writes what became of an order, and what it lacks.</summary>
internal sealed class FulfilmentCommand
{
    private readonly Argument<string?> _id = ItemOptions.Id();

    private readonly ItemOptions _order = new();

    public static Command Create() => new FulfilmentCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "fulfilment",
            """
            Writes what was planned, picked, shipped and received for an order or logistics order, line by line, and
            what is missing: the answer of GET /api/v1/fulfilment. Exit code 0 where it is complete, 1 otherwise.

            Examples:
              idnode fulfilment --data ./data 88.300.15907541011/SO-1
              idnode fulfilment --data ./data --source erp --source-key SO-1
            """
        )
        {
            Settings.Data,
            _id,
        };
        _order.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        if (
            !(await _order.FindAsync(parsed, node, parsed.GetValue(_id), cancellationToken)).TryGet(
                out var named,
                out var error
            )
            || !(await node.Get<FulfilmentReader>().ReadAsync(named, Caller.CommandLine, cancellationToken)).TryGet(
                out var order,
                out error
            )
        )
        {
            return terminal.Refuse(error);
        }
        await terminal.Out.WriteLineAsync(IndentedJson.Write(writer => StockJson.Write(writer, order)));
        return order.IsComplete ? ExitCode.Done : ExitCode.Refused;
    }
}
