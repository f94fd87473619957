using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>trace</c>: writes what an item was made from, or what was made from it.</summary>
internal sealed class TraceCommand
{
    private static readonly Text s_title = new("trace", "追溯");
    private static readonly Text s_items = new("items", "个标识");

    private readonly Argument<string?> _id = ItemOptions.Id();

    private readonly ItemOptions _root = new();

    private readonly Option<string> _direction = new("--direction")
    {
        Description = "backward: what it was made from; forward: what was made from it; or both.",
        HelpName = "DIRECTION",
        DefaultValueFactory = _ => "backward",
    };

    private readonly Option<string[]> _types = new("--type")
    {
        Description =
            "The links to follow: consumes, contains, covers, ships, produced-by, replaces; may be repeated. Default: "
            + "the first four.",
        HelpName = "TYPE",
    };

    private readonly Option<string> _at = MomentOptions.At();

    private readonly Option<long?> _number = MomentOptions.Number();

    private readonly Option<string[]> _templates = new("--template")
    {
        Description = "Shows items of this template alone; may be repeated. The trace goes on through the others.",
        HelpName = "T",
    };

    private readonly Option<string[]> _attributes = new("--attribute")
    {
        Description = "Shows this attribute of the items, in json and csv; may be repeated.",
        HelpName = "CODE",
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "Shows what happened at this time or later.",
        HelpName = "TIME",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "Shows what happened before this time.",
        HelpName = "TIME",
    };

    private readonly Option<int> _budget = new("--budget")
    {
        Description = "The greatest number of items to find, at most 1000000.",
        HelpName = "N",
        DefaultValueFactory = _ => TraceQuery.DefaultBudget,
    };

    private readonly Option<string> _cursor = new("--cursor")
    {
        Description = "Goes on where a trace before ended: its cursor.",
        HelpName = "CURSOR",
    };

    private readonly Option<string> _explain = new("--explain")
    {
        Description = "An item of the trace: writes the paths to it too, with --format json.",
        HelpName = "ID",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "json, ndjson (one object a line, written as found), csv (the items alone), graphml, or svg.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "json",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write; it is there only when it is whole. Default: standard output.",
        HelpName = "FILE",
    };

    public static Command Create() => new TraceCommand().Build();

    private Command Build()
    {
        _direction.AcceptOnlyFromAmong("backward", "forward", "both");
        _types.AcceptOnlyFromAmong([.. EventNames.Kinds]);
        _format.AcceptOnlyFromAmong(TraceForms.FileNames);
        var command = new Command(
            "trace",
            """
            Traces an item through its events: what it was made from, what was made from it, and how much. A node may
            serve meanwhile. Where the budget ends the trace, a cursor says how to go on, and the exit code is 1.

            Examples:
              idnode trace --find membrane-roll:result=hold --direction forward --template vehicle --format csv
              idnode trace --data ./data 88.300.15907541011/PEM-260301-00001K --direction forward --template vehicle
              idnode trace --data ./data 88.300.15907541011/LX1234 --format graphml --output vehicle.graphml
            """
        )
        {
            Settings.Data,
            _id,
            _direction,
            _types,
            _at,
            _number,
            _templates,
            _attributes,
            _from,
            _to,
            _budget,
            _cursor,
            _explain,
            _format,
            _output,
        };
        _root.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!Read(parsed).TryGet(out var asked, out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var found = await _root.FindAsync(parsed, node, parsed.GetValue(_id), cancellationToken);
        if (!found.TryGet(out var root, out error))
        {
            return terminal.Refuse(error);
        }
        asked = asked with
        {
            Query = asked.Query with { Root = root },
            Explain = asked.Explain is { } explain
                ? await node.Get<ThingFinder>().ResolveAsync(explain, Caller.CommandLine, cancellationToken)
                : null,
        };
        var url = node.Get<NodeOptions>().PublicUrl;
        var json = new TraceJson(node.Get<EventIds>(), terminal.Language)
        {
            Address = url is null ? null : new PublicAddress { Url = url },
        };
        if (asked.Form != TraceForm.NdJson)
        {
            return await ReportAsync(node, asked, json, terminal, cancellationToken);
        }
        var begun = await node.Get<Tracer>().BeginAsync(asked.Query, Caller.CommandLine, cancellationToken);
        return begun.TryGet(out var walk, out error)
            ? await WriteAsync(
                node,
                terminal,
                asked,
                async (stream, progress) =>
                {
                    await using var lines = new TraceNdJson(stream, json, found => progress.Report(found, double.NaN));
                    // A walk that is alone is not refused.
                    return (await lines.RunAsync(walk, asked.Query, cancellationToken)).Value;
                }
            )
            : terminal.Refuse(error);
    }

    private static async Task<int> ReportAsync(
        NodeContainer node,
        Asked asked,
        TraceJson json,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var tracer = node.Get<Tracer>();
        var progress = new WorkProgress();
        var read = await progress.ShowAsync(
            terminal,
            s_title,
            s_items,
            () =>
                tracer
                    .ReportAsync(
                        asked.Query,
                        asked.Explain,
                        Caller.CommandLine,
                        cancellationToken,
                        found => progress.Report(found, double.NaN)
                    )
                    .AsTask()
        );
        if (!read.TryGet(out var made, out var error))
        {
            return terminal.Refuse(error);
        }
        using var report = made;
        if (TraceForms.Refusal(asked.Form, report) is { } refused)
        {
            return terminal.Refuse(refused);
        }
        return await WriteAsync(
            node,
            terminal,
            asked,
            async (stream, progress) =>
            {
                await TraceForms.WriteAsync(stream, asked.Form, report, json, cancellationToken);
                progress.Report(report.End.Nodes, double.NaN);
                return report.End;
            }
        );
    }

    private static async Task<int> WriteAsync(
        NodeContainer node,
        Terminal terminal,
        Asked asked,
        Func<Stream, WorkProgress, Task<TraceEnd>> write
    )
    {
        var file = asked.File;
        var progress = new WorkProgress();
        using var written = file is null ? null : new PartialFile(file);
        await using var output = written?.Stream ?? (Stream)new WriterStream(terminal.Out);
        // On a terminal, a progress bar would be mixed with the answer.
        Task<TraceEnd> ShowAsync() =>
            file is null && terminal.ShowsResults
                ? write(output, progress)
                : progress.ShowAsync(terminal, s_title, s_items, () => write(output, progress));
        // A file is an export; what is shown is one more answer.
        var end = file is null
            ? await ShowAsync()
            : await node.NoteExportAsync(
                "trace",
                $"{asked.Query.Root} to {Path.GetFullPath(file)}",
                progress,
                ShowAsync
            );
        if (file is null && asked.Form is not (TraceForm.Csv or TraceForm.NdJson))
        {
            await terminal.Out.WriteLineAsync();
        }
        written?.Keep();
        if (end.IsComplete)
        {
            terminal.Explain($"complete: {end.Nodes} items", $"完整：{end.Nodes} 个标识");
            return ExitCode.Done;
        }
        terminal.Explain(
            $"NOT complete: {end.Nodes} items found, and {end.FrontierCount} of them lead on. Go on with "
                + $"--cursor {end.Cursor}",
            $"不完整：已找到 {end.Nodes} 个标识，其中 {end.FrontierCount} 个尚未追完。继续：--cursor {end.Cursor}"
        );
        return ExitCode.Refused;
    }

    /// <summary>What is asked for, but the root: it is found in the store.</summary>
    private Result<Asked> Read(ParseResult parsed)
    {
        var faults = new Faults();
        if (parsed.GetValue(_id) is { } id)
        {
            Name(id, "ID", faults);
        }
        var explain = parsed.GetValue(_explain) is { } text ? Name(text, "--explain", faults) : null;
        if (explain is not null && TraceForms.Parse(parsed.GetRequiredValue(_format)) != TraceForm.Json)
        {
            faults.Add("--explain", "goes with --format json alone", "只能与 --format json 一起使用");
        }
        _ = EventNames.TryParse(parsed.GetValue(_types) ?? [], out LinkKinds kinds);
        var query = new TraceQuery
        {
            Root = null!,
            Direction = Enum.Parse<TraceDirection>(parsed.GetRequiredValue(_direction), ignoreCase: true),
            Kinds = kinds,
            At = TimeOption.Read(parsed, _at, faults),
            Number = parsed.GetValue(_number),
            Templates = parsed.GetValue(_templates) ?? [],
            Attributes = parsed.GetValue(_attributes) ?? [],
            From = TimeOption.Read(parsed, _from, faults),
            To = TimeOption.Read(parsed, _to, faults),
            Budget = parsed.GetRequiredValue(_budget),
            // Whoever waits at the command line ends it themselves.
            Time = TimeSpan.MaxValue,
            Cursor = parsed.GetValue(_cursor),
        };
        var form = TraceForms.Parse(parsed.GetRequiredValue(_format));
        return faults.TryCombine(out var error) || (error = TraceForms.Refusal(form, query)) is not null
            ? error
            : new Asked(query, explain, form, parsed.GetValue(_output));
    }

    private static ItemName? Name(string? text, string field, Faults faults)
    {
        if (ItemName.Parse(text, field).TryGet(out var name, out var error))
        {
            return name;
        }
        faults.Add(error);
        return null;
    }

    private sealed record Asked(TraceQuery Query, ItemName? Explain, TraceForm Form, string? File);
}
