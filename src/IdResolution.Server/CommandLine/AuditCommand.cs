using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Server.Rest;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine;

/// <summary><c>idnode audit</c>: shows the audit log, writes it to a file, and checks its chains.</summary>
internal sealed class AuditCommand
{
    private const int Page = 1_000;

    private readonly Option<string> _from = TimeOption("--from", "Only lines of this time or later.");

    private readonly Option<string> _to = TimeOption("--to", "Only lines before this time.");

    private readonly Option<string> _caller = new("--caller")
    {
        Description = "Only lines of this caller: a key's id, command-line, node or anonymous.",
        HelpName = "NAME",
    };

    private readonly Option<string> _action = new("--action")
    {
        Description = "Only lines of this action, such as key.create.",
        HelpName = "ACTION",
    };

    private readonly Option<string> _target = new("--target")
    {
        Description = "Only lines about this identifier or name.",
        HelpName = "TARGET",
    };

    private readonly Option<string> _outcome = new("--outcome")
    {
        Description = "Only lines with this outcome: done, or the code of a refusal such as Forbidden.",
        HelpName = "OUTCOME",
    };

    private readonly Option<string> _source = new("--network")
    {
        Description = "Only lines from this network, as lines show it: an IPv4 address, or a /64 of IPv6.",
        HelpName = "NETWORK",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "At most so many lines.",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write; it is there only when it is whole. Default: standard output.",
        HelpName = "FILE",
    };

    public static Command Create() =>
        new(
            "audit",
            """
            Shows the audit log: who did what, from where, and what was refused. Nothing deletes a line but its age.

            Examples:
              idnode audit list --data ./data --caller command-line
              idnode audit export --data ./data --output audit.jsonl
              idnode audit verify --data ./data
            """
        )
        {
            new AuditCommand().List(),
            new AuditCommand().Export(),
            Verify(),
        };

    private Command List() =>
        new Command(
            "list",
            """
            Lists lines, newest first.

            Examples:
              idnode audit list --data ./data --from 2026-11-01 --outcome Forbidden
            """
        )
        {
            Settings.Data,
            _from,
            _to,
            _caller,
            _action,
            _target,
            _outcome,
            _source,
            _limit,
        }.Doing(ListAsync);

    private Command Export() =>
        new Command(
            "export",
            """
            Writes all lines as JSON, oldest first, each with its place in the chain: what verify needs, and whoever
            checks it elsewhere.

            Examples:
              idnode audit export --data ./data --output audit.jsonl
            """
        )
        {
            Settings.Data,
            _output,
        }.Doing(ExportAsync);

    private static Command Verify() =>
        new Command(
            "verify",
            """
            Checks that no line was altered, taken out or put in another order, and that the lines are those in the
            change log. Exit code 0 where all is well, else 1.

            Examples:
              idnode audit verify --data ./data
            """
        )
        {
            Settings.Data,
        }.Doing(
            async (parsed, terminal, cancellationToken) =>
            {
                var options = Settings.Read(parsed);
                using var directory = DataDirectory.Open(options.Data, create: false);
                var found = await Task.Run(
                    () => Doctor.VerifyAudit(DataDirectory.StoreIn(options), cancellationToken),
                    cancellationToken
                );
                var line = $"{found.Check}  {(found.Ok ? "ok" : "FAILED")}  ";
                terminal.Say(line + found.Detail.En, line + found.Detail.Zh);
                return found.Ok ? ExitCode.Done : ExitCode.Refused;
            }
        );

    private async Task<int> ListAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var query = QueryOf(parsed);
        var left = parsed.GetValue(_limit);
        using var node = await Settings.OpenNodeAsync(parsed);
        var table = new TextTable("LINE", "TIME", "CALLER", "FROM", "ACTION", "TARGET", "OUTCOME", "COUNT");
        while (left > 0)
        {
            var read = await node.Get<AuditReader>()
                .ReadAsync(query, Math.Min(left, Page), Caller.CommandLine, cancellationToken);
            if (!read.TryGet(out var page, out var error))
            {
                return terminal.Refuse(error);
            }
            foreach (var line in page.Items)
            {
                Add(table, line);
            }
            left -= page.Items.Count;
            if (page.Next is not { } next)
            {
                break;
            }
            query = query with { Before = next };
        }
        terminal.Out.WriteLine(table);
        return ExitCode.Done;
    }

    private AuditQuery QueryOf(ParseResult parsed) =>
        new()
        {
            From = Time(parsed, _from),
            To = Time(parsed, _to),
            Caller = parsed.GetValue(_caller),
            Action = parsed.GetValue(_action),
            Target = parsed.GetValue(_target),
            Outcome = parsed.GetValue(_outcome),
            Source = parsed.GetValue(_source),
        };

    private static void Add(TextTable table, AuditEvent line) =>
        table.Add(
            line.Id.ToString(CultureInfo.InvariantCulture),
            Micros.ToTime(line.Time).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            line.OsUser.Length > 0 ? $"{line.Caller}, {line.OsUser}" : line.Caller,
            line.Source,
            line.Action,
            line.Target,
            line.Outcome,
            line.Count.ToString(CultureInfo.InvariantCulture)
        );

    private async Task<int> ExportAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var file = parsed.GetValue(_output);
        var count = await LongOutput.WriteAsync(
            node,
            "audit export",
            null,
            terminal,
            file,
            new("lines", "行"),
            (output, progress) => WriteAsync(node, output, progress, cancellationToken)
        );
        terminal.Explain($"exported {count} lines", $"已导出 {count} 行");
        return ExitCode.Done;
    }

    private static async Task<long> WriteAsync(
        NodeContainer node,
        TextWriter output,
        WorkProgress progress,
        CancellationToken cancellationToken
    )
    {
        var store = node.Get<IAuditStore>();
        for (long after = 0, count = 0; ; )
        {
            var lines = await store.FollowAsync(after, Page, cancellationToken);
            foreach (var line in lines)
            {
                progress.Report(++count, double.NaN);
                await output.WriteLineAsync(JsonSerializer.Serialize(AuditLine.Of(line), RestJson.Default.AuditLine));
            }
            if (lines.Count < Page)
            {
                return count;
            }
            cancellationToken.ThrowIfCancellationRequested();
            after = lines[^1].Id;
        }
    }

    private static Option<string> TimeOption(string name, string description) =>
        new(name)
        {
            Description = description + " Such as 2026-11-22 or 2026-11-22T08:00:00+08:00; without zone UTC.",
            HelpName = "TIME",
        };

    private static long Time(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) switch
        {
            null => 0,
            var text when TextParameter.TryTime(text, out var time) => Micros.Of(time),
            var text => throw new OperatorException(
                $"{option.Name}: '{text}' must be a time such as 2026-11-22T08:00:00+08:00.",
                $"{option.Name}：'{text}' 应为时间，例如 2026-11-22T08:00:00+08:00。"
            ),
        };
}
