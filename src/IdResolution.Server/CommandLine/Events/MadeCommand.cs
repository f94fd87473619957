using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>made</c>: lists what a machine or tool made.</summary>
internal sealed class MadeCommand
{
    private const string Table = "table";
    private const string Json = "json";

    private readonly Argument<string?> _equipment = new("EQUIPMENT")
    {
        Description = "The machine or tool: an identifier or a text; or an option with its key.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly ItemOptions _item = new("EQUIPMENT");

    private readonly Option<string> _from = new("--from")
    {
        Description = "Events at this time, such as 2026-03-01T08:00:00Z, or later.",
        HelpName = "TIME",
    };

    private readonly Option<string> _to = new("--to") { Description = "Events before this time.", HelpName = "TIME" };

    private readonly Option<string> _template = new("--template")
    {
        Description = "Items of this template alone.",
        HelpName = "CODE",
    };

    private readonly Option<string> _after = new("--after")
    {
        Description = "Goes on where a list before ended: its next.",
        HelpName = "CURSOR",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = $"The greatest number of lines of a page, at most {MadeReader.MaxPage}.",
        HelpName = "N",
        DefaultValueFactory = _ => MadeReader.UsualPage,
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "table, json (as GET /api/v1/made answers it), or csv (all of it).",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => Table,
    };

    public static Command Create() => new MadeCommand().Build();

    private Command Build()
    {
        _format.AcceptOnlyFromAmong(Table, Json, LifeApi.Csv);
        var command = new Command(
            "made",
            """
            Lists what came out of a machine or tool, was assembled or was worked on with it: the answer of
            GET /api/v1/made. csv has all of it; else, where a page is full, standard error says how to go on.

            Example:
              idnode made --data ./data "press 3" --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z --format csv
            """
        )
        {
            Settings.Data,
            _equipment,
            _from,
            _to,
            _template,
            _after,
            _limit,
            _format,
        };
        _item.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!Filter(parsed).TryGet(out var filter, out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        if (
            !(await _item.NameAsync(parsed, node, parsed.GetValue(_equipment), cancellationToken)).TryGet(
                out var named,
                out error
            )
        )
        {
            return terminal.Refuse(error);
        }
        filter = filter with { Equipment = named.Text };
        var reader = node.Get<MadeReader>();
        var format = parsed.GetRequiredValue(_format);
        for (var isFirst = true; ; isFirst = false)
        {
            var listed = await reader.ListAsync(filter, Caller.CommandLine, cancellationToken);
            if (!listed.TryGet(out var page, out error))
            {
                return terminal.Refuse(ErrorFields.Called(error, NameOf));
            }
            await terminal.Out.WriteAsync(Text(page, format, isFirst));
            if (page.Next is null || format != LifeApi.Csv)
            {
                return Done(page.Next, terminal);
            }
            filter = filter with { After = page.Next };
        }
    }

    private Result<MadeFilter> Filter(ParseResult parsed)
    {
        var faults = new Faults();
        var filter = new MadeFilter
        {
            From = TimeOption.Read(parsed, _from, faults),
            To = TimeOption.Read(parsed, _to, faults),
            Template = parsed.GetValue(_template),
            After = parsed.GetValue(_after),
            Limit = parsed.GetRequiredValue(_limit),
        };
        return faults.TryCombine(out var error) ? error : filter;
    }

    private static string NameOf(string field) => field == "equipment" ? "EQUIPMENT" : "--" + field;

    private static int Done(string? next, Terminal terminal)
    {
        if (next is not null)
        {
            terminal.Explain($"There may be more: go on with --after {next}", $"可能还有更多。继续：--after {next}");
        }
        return ExitCode.Done;
    }

    private static string Text(MadePage page, string format, bool isFirst) =>
        format switch
        {
            LifeApi.Csv => (isFirst ? MadeCsv.Titles + "\r\n" : "") + MadeCsv.Lines(page),
            Json => IndentedJson.Write(writer => LifeJson.Write(writer, page)) + Environment.NewLine,
            _ => ToTable(page) + Environment.NewLine,
        };

    private static string ToTable(MadePage page)
    {
        var table = new TextTable("time", "identifier", "template", "role", "type", "step", "quantity", "unit");
        foreach (var line in page.Lines)
        {
            table.Add(
                TimeOption.Text(line.Time),
                line.Identifier,
                line.Template ?? "",
                line.Role,
                EventNames.Of(line.Type),
                line.Step ?? "",
                line.Quantity ?? "",
                line.Unit ?? ""
            );
        }
        return table.ToString();
    }
}
