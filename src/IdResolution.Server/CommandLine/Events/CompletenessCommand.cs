using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>completeness</c>: writes what is missing of the items of a template.</summary>
internal sealed class CompletenessCommand
{
    private readonly Option<string> _template = new("--template")
    {
        Description = "The code of the template.",
        HelpName = "CODE",
        Required = true,
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "Items registered, and steps passed, at this time or later. Default: 31 days before the end.",
        HelpName = "TIME",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "Before this time. Default: now.",
        HelpName = "TIME",
    };

    private readonly Option<string> _step = new("--step")
    {
        Description = "Lists items registered, or seen at other steps, that did not pass this one.",
        HelpName = "STEP",
    };

    private readonly Option<string> _after = new("--after")
    {
        Description = "Goes on where an answer before ended: its next.",
        HelpName = "CURSOR",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "Records to look at.",
        HelpName = "N",
        DefaultValueFactory = _ => CompletenessReader.UsualPage,
    };

    public static Command Create() => new CompletenessCommand().Build();

    private Command Build() =>
        new Command(
            "completeness",
            """
            Writes what is missing of the items of a template, as JSON: parts that the template asks for, certificates,
            steps, and steps without values. The answer of GET /api/v1/completeness.

            Example:
              idnode completeness --data ./data --template stack
            """
        )
        {
            Settings.Data,
            _template,
            _from,
            _to,
            _step,
            _after,
            _limit,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        var filter = new CompletenessFilter
        {
            Template = parsed.GetValue(_template),
            From = TimeOption.Read(parsed, _from, faults),
            To = TimeOption.Read(parsed, _to, faults),
            Step = parsed.GetValue(_step),
            After = parsed.GetValue(_after),
            Limit = parsed.GetRequiredValue(_limit),
        };
        if (faults.TryCombine(out var error))
        {
            return terminal.Refuse(error);
        }
        var read = await ArchiveCommand.ReadAsync<CompletenessReader, CompletenessReport>(
            parsed,
            reader => reader.ReadAsync(filter, Caller.CommandLine, cancellationToken)
        );
        if (!read.TryGet(out var report, out error))
        {
            return terminal.Refuse(error);
        }
        await terminal.Out.WriteLineAsync(IndentedJson.Write(writer => CompletenessJson.Write(writer, report)));
        return ExitCode.Done;
    }
}
