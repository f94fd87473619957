using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>life</c>: writes what was so of a machine, tool or part at a time.</summary>
internal sealed class LifeCommand
{
    private readonly Argument<string?> _id = ItemOptions.Id();

    private readonly ItemOptions _item = new();

    private readonly Option<string> _at = new("--at")
    {
        Description = "The time, such as 2026-03-01T08:00:00Z. Default: now.",
        HelpName = "TIME",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = $"The most events to show, at most {LifeReader.MaxEvents}.",
        HelpName = "N",
        DefaultValueFactory = _ => LifeReader.UsualEvents,
    };

    public static Command Create() => new LifeCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "life",
            """
            Writes what was so of a machine, tool or part at a time, as JSON: its calibration and strokes, software and
            other values, its parts, and what had happened to it. The answer of GET /api/v1/life.

            Example:
              idnode life --data ./data 88.300.15907541011/EQP-0000075 --at 2026-03-01T08:00:00Z
            """
        )
        {
            Settings.Data,
            _id,
            _at,
            _limit,
        };
        _item.AddTo(command);
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
        if (
            !(await _item.FindAsync(parsed, node, parsed.GetValue(_id), cancellationToken)).TryGet(
                out var name,
                out error
            )
        )
        {
            return terminal.Refuse(error);
        }
        var read = await node.Get<LifeReader>()
            .ReadAsync(name, at, parsed.GetRequiredValue(_limit), Caller.CommandLine, cancellationToken);
        if (!read.TryGet(out var life, out error))
        {
            return terminal.Refuse(
                ErrorFields.Called(error, static field => field == "identifier" ? "ID" : "--" + field)
            );
        }
        await terminal.Out.WriteLineAsync(IndentedJson.Write(writer => LifeJson.Write(writer, life)));
        return ExitCode.Done;
    }
}
