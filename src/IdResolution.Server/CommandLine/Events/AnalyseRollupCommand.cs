using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Analysis;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>analyse rollup</c>: writes one figure over a trace.</summary>
internal sealed class AnalyseRollupCommand
{
    private readonly Argument<string?> _id = ItemOptions.Id();

    private readonly ItemOptions _root = new();

    private readonly Option<string> _function = new("--function")
    {
        Description = "What becomes of the values: sum, mean, min, max or spread.",
        HelpName = "FUNCTION",
        Required = true,
    };

    private readonly Option<string> _attribute = new("--attribute")
    {
        Description = "The code of a number attribute whose values are taken; or --measurement.",
        HelpName = "CODE",
    };

    private readonly Option<string> _measurement = new("--measurement")
    {
        Description = "What was measured, such as carbonFootprint; or --attribute.",
        HelpName = "NAME",
    };

    private readonly Option<string> _weight = new("--weight")
    {
        Description = "Of sum and mean: a number attribute by which values are multiplied, or quantity.",
        HelpName = "CODE",
    };

    private readonly Option<string> _direction = new("--direction")
    {
        Description = "backward: over what it was made of; forward: over what was made of it.",
        HelpName = "DIRECTION",
        DefaultValueFactory = _ => "backward",
    };

    private readonly Option<string[]> _templates = new("--template")
    {
        Description = "Takes items of this template alone; may be repeated.",
        HelpName = "T",
    };

    private readonly Option<string> _at = MomentOptions.At();

    private readonly Option<long?> _number = MomentOptions.Number();

    public static Command Create() => new AnalyseRollupCommand().Build();

    private Command Build()
    {
        _function.AcceptOnlyFromAmong([.. AnalysisBody.Functions]);
        _direction.AcceptOnlyFromAmong("backward", "forward");
        var command = new Command(
            "rollup",
            """
            Makes one figure of an attribute or measurement of all that an item was made from, or that was made from it,
            with what is missing: the answer of POST /api/v1/trace:rollup. A node may serve meanwhile.

            Examples:
              idnode analyse rollup --data ./data 88.300.15907541011/STK-1 --function sum --attribute energyUsed
              idnode analyse rollup --data ./data 88.300.15907541011/STK-1 --function sum --measurement carbonFootprint
            """
        )
        {
            Settings.Data,
            _id,
            _function,
            _attribute,
            _measurement,
            _weight,
            _direction,
            _templates,
            _at,
            _number,
        };
        _root.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        var at = TimeOption.Read(parsed, _at, faults);
        if (faults.TryCombine(out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var found = await _root.FindAsync(parsed, node, parsed.GetValue(_id), cancellationToken);
        if (!found.TryGet(out var root, out error))
        {
            return terminal.Refuse(error);
        }
        var query = new RollupQuery
        {
            Root = new ItemAsked(root.Text),
            Direction = Enum.Parse<TraceDirection>(parsed.GetRequiredValue(_direction), ignoreCase: true),
            Attribute = parsed.GetValue(_attribute),
            Measurement = parsed.GetValue(_measurement),
            Function = Enum.Parse<RollupFunction>(parsed.GetRequiredValue(_function), ignoreCase: true),
            Weight = parsed.GetValue(_weight),
            Templates = parsed.GetValue(_templates) ?? [],
            At = at,
            Number = parsed.GetValue(_number),
            // Whoever waits at the command line ends it themselves.
            Time = TimeSpan.MaxValue,
        };
        var made = await node.Get<Rollup>().ReckonAsync(query, Caller.CommandLine, cancellationToken);
        if (!made.TryGet(out var report, out error))
        {
            return terminal.Refuse(error);
        }
        await terminal.Out.WriteLineAsync(IndentedJson.Write(writer => AnalysisJson.Write(writer, report)));
        return ExitCode.Done;
    }
}
