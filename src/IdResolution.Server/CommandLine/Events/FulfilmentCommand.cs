using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>fulfilment</c>: writes what became of an order, and what it lacks.</summary>
internal sealed class FulfilmentCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The identifier of the order." };

    public static Command Create() => new FulfilmentCommand().Build();

    private Command Build() =>
        new Command(
            "fulfilment",
            """
            Writes what was planned, picked, shipped and received for an order or logistics order, line by line, and
            what is missing: the answer of GET /api/v1/fulfilment. Exit code 0 where nothing is missing, 1 otherwise.

            Example:
              idnode fulfilment --data ./data 88.300.15907541011/SO-1
            """
        )
        {
            Settings.Data,
            _id,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!Identifier.Parse(parsed.GetRequiredValue(_id)).TryGet(out var identifier, out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var read = await node.Get<FulfilmentReader>().ReadAsync(identifier, Caller.CommandLine, cancellationToken);
        if (!read.TryGet(out var order, out error))
        {
            return terminal.Refuse(error);
        }
        await terminal.Out.WriteLineAsync(IndentedJson.Write(writer => StockJson.Write(writer, order)));
        return order.IsComplete ? ExitCode.Done : ExitCode.Refused;
    }
}
