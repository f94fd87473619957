using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Analysis;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Templates;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>analyse common</c>: writes what bad items have and good ones have not.</summary>
internal sealed class AnalyseCommonCommand
{
    private const string Table = "table";
    private const string Json = "json";

    private readonly Option<string[]> _bad = new("--bad")
    {
        Description =
            "The items that failed: identifiers, may be repeated; or once TEMPLATE, or TEMPLATE:ATTRIBUTE=VALUE.",
        HelpName = "ITEMS",
    };

    private readonly Option<string> _badFile = new("--bad-file")
    {
        Description = "A file of the identifiers that failed, one a line.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _good = new("--good")
    {
        Description = "The items that did not, as --bad. What is bad too is not counted here.",
        HelpName = "ITEMS",
    };

    private readonly Option<string> _goodFile = new("--good-file")
    {
        Description = "A file of the identifiers that did not fail, one a line.",
        HelpName = "FILE",
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "Of templates: items registered at this time, such as 2026-03-01T08:00:00Z, or later.",
        HelpName = "TIME",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "Of templates: items registered before this time.",
        HelpName = "TIME",
    };

    private readonly Option<string> _at = MomentOptions.At();

    private readonly Option<long?> _number = MomentOptions.Number();

    private readonly Option<string[]> _kinds = new("--kind")
    {
        Description =
            "What to look at: ancestor, equipment, tool, person, process, place, measurement; may be repeated. "
            + "Default: all.",
        HelpName = "KIND",
    };

    private readonly Option<int> _budget = new("--budget")
    {
        Description = "The most items to find, those compared too; at most 2000000.",
        HelpName = "N",
        DefaultValueFactory = _ => CommonQuery.DefaultBudget,
    };

    private readonly Option<double> _p = new("--p")
    {
        Description = "The greatest chance that a finding is none, corrected for all that was tried; 1 for all.",
        HelpName = "P",
        DefaultValueFactory = _ => CommonQuery.DefaultMostP,
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "The most findings, at most 100.",
        HelpName = "N",
        DefaultValueFactory = _ => CommonQuery.DefaultLimit,
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "table, or json: as POST /api/v1/trace:common answers it.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => Table,
    };

    public static Command Create() => new AnalyseCommonCommand().Build();

    private Command Build()
    {
        _kinds.AcceptOnlyFromAmong([.. AnalysisBody.Kinds]);
        _format.AcceptOnlyFromAmong(Table, Json);
        return new Command(
            "common",
            """
            Finds what bad items have and good ones have not: lots, machines also in a span of time, tools, persons,
            processes, places, measured values; the best first, with the chance P that it is none. Lines without P are
            of the very same items as the one above. A node may serve meanwhile. Where the budget ends the traces, the
            exit code is 1.

            Examples:
              idnode analyse common --data ./data --bad stack:result=fail --good stack:result=pass
              idnode analyse common --data ./data --bad-file failed.txt --good stack --format json
            """
        )
        {
            Settings.Data,
            _bad,
            _badFile,
            _good,
            _goodFile,
            _from,
            _to,
            _at,
            _number,
            _kinds,
            _budget,
            _p,
            _limit,
            _format,
        }.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        var query = new CommonQuery
        {
            Bad = Choice(parsed, _bad, _badFile, faults),
            Good = Choice(parsed, _good, _goodFile, faults),
            At = TimeOption.Read(parsed, _at, faults),
            Number = parsed.GetValue(_number),
            Kinds = AnalysisBody.Causes(parsed.GetValue(_kinds) ?? [], "--kind", faults),
            Budget = parsed.GetRequiredValue(_budget),
            MostP = parsed.GetRequiredValue(_p),
            Limit = parsed.GetRequiredValue(_limit),
            // Whoever waits at the command line ends it themselves.
            Time = TimeSpan.MaxValue,
        };
        if (faults.TryCombine(out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var found = await node.Get<CommonCauses>().FindAsync(query, Caller.CommandLine, cancellationToken);
        if (!found.TryGet(out var report, out error))
        {
            return terminal.Refuse(error);
        }
        var text =
            parsed.GetRequiredValue(_format) == Json
                ? IndentedJson.Write(writer => AnalysisJson.Write(writer, report, node.Get<EventIds>()))
                : TableOf(report);
        await terminal.Out.WriteLineAsync(text);
        terminal.Explain(
            $"{report.Findings.Count} findings: {report.Bad} bad and {report.Good} good items, {report.Tried} "
                + "candidates tried",
            $"{report.Findings.Count} 项发现：不良 {report.Bad} 个，良好 {report.Good} 个，"
                + $"共比较 {report.Tried} 个候选因素"
        );
        if (report.IsComplete)
        {
            return ExitCode.Done;
        }
        terminal.Explain(
            $"NOT complete: {report.Generations} generations were read. Give a greater --budget.",
            $"不完整：只读取了 {report.Generations} 代。请增大 --budget。"
        );
        return ExitCode.Refused;
    }

    private ItemChoice? Choice(ParseResult parsed, Option<string[]> option, Option<string> file, Faults faults)
    {
        var items = (parsed.GetValue(option) ?? []).ToList();
        if (parsed.GetValue(file) is { } path)
        {
            items.AddRange(
                File.ReadLines(path).Select(static line => line.Trim()).Where(static line => line.Length > 0)
            );
        }
        // A code of a template has no slash; an identifier has one, and some URIs begin so.
        if (
            items is not [var only]
            || only.Contains('/', StringComparison.Ordinal)
            || only.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
        )
        {
            return items.Count == 0 ? null : new ItemChoice { Identifiers = items };
        }
        var (template, attribute) = Split(only, ':');
        var (code, value) = Split(attribute ?? "", '=');
        if (attribute is not null && value is null)
        {
            faults.Add(option.Name, "must be TEMPLATE:ATTRIBUTE=VALUE", "应为 TEMPLATE:ATTRIBUTE=VALUE");
        }
        return new ItemChoice
        {
            Template = template,
            Attributes = value is null ? [] : [new(code, InputValue.OfText(value))],
            From = TimeOption.Read(parsed, _from, faults),
            To = TimeOption.Read(parsed, _to, faults),
        };
    }

    private static (string Before, string? After) Split(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var place
            ? (text[..place], text[(place + 1)..])
            : (text, null);

    private static string TableOf(CommonReport report)
    {
        var table = new TextTable("P", "LIFT", "BAD", "GOOD", "KIND", "WHAT", "FROM", "TO", "SAME");
        foreach (var finding in report.Findings)
        {
            string[] figures =
            [
                Text(finding.P, "0.0E+0"),
                Text(finding.Lift, "0.0"),
                Text(finding.Bad, "0"),
                Text(finding.Good, "0"),
            ];
            table.Add([
                .. figures,
                .. CellsOf(finding.Cause),
                Text(finding.SameCount == 0 ? null : finding.SameCount, "0"),
            ]);
            foreach (var same in finding.Same)
            {
                table.Add(["", "", "", "", .. CellsOf(same), ""]);
            }
        }
        return table.ToString();
    }

    private static string[] CellsOf(Cause cause) =>
        [
            AnalysisBody.NameOf(cause.Kind),
            cause.Item?.Spelling ?? string.Join(' ', cause.Step, cause.Characteristic, cause.Unit).Trim(),
            cause.From is { } from ? TimeOption.Text(from) : Text(cause.Low, "R"),
            cause.To is { } to ? TimeOption.Text(to) : Text(cause.High, "R"),
        ];

    private static string Text(double? number, string format) =>
        number?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
