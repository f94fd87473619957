using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>calibration</c>: tells whether machines were in calibration when they made an item.</summary>
internal sealed class CalibrationCommand
{
    private readonly Argument<string?> _id = new("ID")
    {
        Description = "The identifier of the item, or its URI; or in its place --event, or an option with its key.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly ItemOptions _item = new();

    private readonly Option<string> _event = new("--event")
    {
        Description = "The id of one event.",
        HelpName = "EVENT",
    };

    private readonly Option<string> _after = new("--after")
    {
        Description = "Goes on where a list before ended: its next.",
        HelpName = "CURSOR",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = $"The greatest number of events to look at, at most {CalibrationReader.MaxPage}.",
        HelpName = "N",
        DefaultValueFactory = _ => CalibrationReader.UsualPage,
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "The answer of GET /api/v1/calibration, as JSON.",
    };

    public static Command Create() => new CalibrationCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "calibration",
            """
            Lists the machines, tools and instruments that made or inspected an item, and whether they were in
            calibration then: the answer of GET /api/v1/calibration. Exit code 1 where one was overdue or never
            calibrated.

            Example:
              idnode calibration --data ./data 88.300.15907541011/STACK-1
            """
        )
        {
            Settings.Data,
            _id,
            _event,
            _after,
            _limit,
            _json,
        };
        _item.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        if (
            !(await _item.NameAsync(parsed, node, parsed.GetValue(_id), cancellationToken)).TryGet(
                out var named,
                out var error
            )
        )
        {
            return terminal.Refuse(error);
        }
        var filter = new CalibrationFilter
        {
            Item = named.Text,
            Event = parsed.GetValue(_event),
            After = parsed.GetValue(_after),
            Limit = parsed.GetRequiredValue(_limit),
        };
        var read = await node.Get<CalibrationReader>().ReadAsync(filter, Caller.CommandLine, cancellationToken);
        if (!read.TryGet(out var page, out error))
        {
            return terminal.Refuse(ErrorFields.Called(error, static field => field == "item" ? "ID" : "--" + field));
        }
        terminal.Out.WriteLine(
            parsed.GetValue(_json) ? IndentedJson.Write(writer => LifeJson.Write(writer, page)) : Table(page)
        );
        if (page.Next is { } next)
        {
            terminal.Explain($"There may be more: go on with --after {next}", $"可能还有更多。继续：--after {next}");
        }
        return page.Lines.Any(IsWrong) ? ExitCode.Refused : ExitCode.Done;
    }

    private static bool IsWrong(CalibrationLine line) =>
        line.Calibration.State is CalibrationState.Overdue or CalibrationState.Never;

    private static string Table(CalibrationPage page)
    {
        var table = new TextTable("time", "type", "step", "role", "name", "state", "until", "strokes");
        foreach (var line in page.Lines)
        {
            table.Add(
                TimeOption.Text(line.Time),
                EventNames.Of(line.Type),
                line.Step ?? "",
                line.Role,
                line.Name,
                line.Calibration.Name,
                line.Calibration.Until?.Value ?? "",
                line.Strokes is { } strokes ? $"{strokes.Made.Value}/{strokes.Limit?.Value}" : ""
            );
        }
        return table.ToString();
    }
}
