using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>events list</c>: lists events by time, with the filters of <c>GET /api/v1/events</c>.</summary>
internal sealed class EventListCommand
{
    private const string Table = "table";
    private const string Page = "json";
    private const string Lines = "jsonl";
    private const int UsualPage = 100;

    private readonly Option<string> _item = new("--item")
    {
        Description = "Events that name this identifier or URI, in whatever part.",
        HelpName = "ID",
    };

    private readonly Option<string> _type = new("--type")
    {
        Description = "Events of this type alone, such as move.",
        HelpName = "TYPE",
    };

    private readonly Option<string> _place = new("--place")
    {
        Description = "Events at this place: an identifier or a text.",
        HelpName = "PLACE",
    };

    private readonly Option<string> _equipment = new("--equipment")
    {
        Description = "Events of this machine or tool: an identifier or a text.",
        HelpName = "EQUIPMENT",
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "Events at this time, such as 2026-03-01T08:00:00Z, or later.",
        HelpName = "TIME",
    };

    private readonly Option<string> _to = new("--to") { Description = "Events before this time.", HelpName = "TIME" };

    private readonly Option<string> _order = new("--order")
    {
        Description = "asc: the oldest first; desc: the latest first.",
        HelpName = "ORDER",
        DefaultValueFactory = _ => "asc",
    };

    private readonly Option<string> _source = new("--source")
    {
        Description = "With --source-key: the event that this system sent under that key.",
        HelpName = "SOURCE",
    };

    private readonly Option<string> _sourceKey = new("--source-key")
    {
        Description = "With --source: the event's key there.",
        HelpName = "KEY",
    };

    private readonly Option<string> _after = new("--after")
    {
        Description = "Goes on where a list before ended: its next.",
        HelpName = "CURSOR",
    };

    private readonly Option<int?> _limit = new("--limit")
    {
        Description = "The greatest number of events. Default: all with jsonl, else 100, and then at most 1000.",
        HelpName = "N",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "table, json (one page, as GET /api/v1/events answers it), or jsonl (one event a line).",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => Table,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write; it is there only when it is whole. Default: standard output.",
        HelpName = "FILE",
    };

    public static Command Create() => new EventListCommand().Build();

    private Command Build()
    {
        _type.AcceptOnlyFromAmong([.. EventNames.Types]);
        _order.AcceptOnlyFromAmong("asc", "desc");
        _format.AcceptOnlyFromAmong(Table, Page, Lines);
        return new Command(
            "list",
            """
            Lists events by time, corrected ones too (status voided), as they stand when the list begins. A node may
            serve meanwhile. Where a page is full, standard error says how to go on.

            Examples:
              idnode events list --data ./data --type hold --order desc
              idnode events list --data ./data --equipment "press 3" --format jsonl --output press.jsonl
            """
        )
        {
            Settings.Data,
            _item,
            _type,
            _place,
            _equipment,
            _from,
            _to,
            _order,
            _source,
            _sourceKey,
            _after,
            _limit,
            _format,
            _output,
        }.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!Read(parsed).TryGet(out var filter, out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var queries = node.Get<EventQueries>();
        if (parsed.GetValue(_source) is not null || parsed.GetValue(_sourceKey) is not null)
        {
            var found = await queries.FindByKeyAsync(
                parsed.GetValue(_source),
                parsed.GetValue(_sourceKey),
                Caller.CommandLine,
                cancellationToken
            );
            return found.TryGet(out var shown, out error)
                ? await WriteAsync(parsed, terminal, new EventPage([shown], null))
                : terminal.Refuse(error);
        }
        if (parsed.GetRequiredValue(_format) == Lines)
        {
            return await WriteLinesAsync(parsed, node, filter, terminal, cancellationToken);
        }
        var listed = await queries.ListAsync(filter, Caller.CommandLine, cancellationToken);
        return listed.TryGet(out var page, out error)
            ? await WriteAsync(parsed, terminal, page)
            : terminal.Refuse(error);
    }

    /// <summary>Writes one page.</summary>
    private async Task<int> WriteAsync(ParseResult parsed, Terminal terminal, EventPage page)
    {
        var text = parsed.GetRequiredValue(_format) switch
        {
            Table => EventTable.Of(page.Events),
            Page => IndentedJson.Write(writer => EventJson.Write(writer, page)),
            _ => Line(page.Events[0]),
        };
        await LongOutput.WriteAsync(
            terminal,
            parsed.GetValue(_output),
            new("events", "个事件"),
            new WorkProgress(),
            async (output, _) =>
            {
                await output.WriteLineAsync(text);
                return ExitCode.Done;
            }
        );
        if (page.Next is { } next)
        {
            SayNext(terminal, next);
        }
        return ExitCode.Done;
    }

    /// <summary>Writes all pages, or those up to the limit, a line for each event.</summary>
    private async Task<int> WriteLinesAsync(
        ParseResult parsed,
        NodeContainer node,
        EventFilter filter,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        // What is wrong with the filter is said before a file is begun.
        var first = await node.Get<EventQueries>().ListAsync(filter, Caller.CommandLine, cancellationToken);
        if (!first.TryGet(out var page, out var error))
        {
            return terminal.Refuse(error);
        }
        var next = await LongOutput.WriteAsync(
            node,
            "events list",
            what: null,
            terminal,
            parsed.GetValue(_output),
            new("events", "个事件"),
            async (output, progress) =>
            {
                var left = (long?)parsed.GetValue(_limit) ?? long.MaxValue;
                var written = 0L;
                while (true)
                {
                    foreach (var shown in page.Events)
                    {
                        await output.WriteLineAsync(Line(shown));
                    }
                    written += page.Events.Count;
                    progress.Report(written, double.NaN);
                    if (page.Next is not { } after || written >= left)
                    {
                        return page.Next;
                    }
                    var rest = filter with { After = after, Limit = (int)Math.Min(left - written, filter.Limit) };
                    var read = await node.Get<EventQueries>().ListAsync(rest, Caller.CommandLine, cancellationToken);
                    page = read.IsOk ? read.Value : throw new OperatorException(read.Error!.Message);
                }
            }
        );
        if (next is { } more)
        {
            SayNext(terminal, more);
        }
        return ExitCode.Done;
    }

    private static string Line(ShownEvent shown) =>
        IndentedJson.Write(writer => EventJson.Write(writer, shown), indented: false);

    private static void SayNext(Terminal terminal, EventCursor next) =>
        terminal.Explain($"There may be more: go on with --after {next}", $"可能还有更多。继续：--after {next}");

    private Result<EventFilter> Read(ParseResult parsed)
    {
        var faults = new Faults();
        var isPage = parsed.GetRequiredValue(_format) != Lines;
        var limit = parsed.GetValue(_limit);
        if (limit < 1 || (isPage && limit > EventQueries.MaxPage))
        {
            faults.Add(
                "--limit",
                $"must be 1 or more, and at most {EventQueries.MaxPage} but with jsonl",
                $"应不小于 1；除 jsonl 外不超过 {EventQueries.MaxPage}"
            );
        }
        EventCursor? after = null;
        if (parsed.GetValue(_after) is { } text)
        {
            if (EventCursor.TryParse(text, out var cursor))
            {
                after = cursor;
            }
            else
            {
                faults.Add("--after", "must be the next of a list before", "应为前一次列出的 next");
            }
        }
        var filter = new EventFilter
        {
            Item = ItemAsked.Of(parsed.GetValue(_item)),
            Type = parsed.GetValue(_type),
            Place = parsed.GetValue(_place),
            Equipment = parsed.GetValue(_equipment),
            From = TimeOption.Read(parsed, _from, faults),
            To = TimeOption.Read(parsed, _to, faults),
            Descending = parsed.GetRequiredValue(_order) == "desc",
            After = after,
            Limit = Math.Min(limit ?? (isPage ? UsualPage : EventQueries.MaxPage), EventQueries.MaxPage),
        };
        return faults.TryCombine(out var error) ? error : filter;
    }
}
