using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Statistics;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine;

/// <summary><c>statistics</c>: shows what was done on each day, and what nodes below reported.</summary>
internal sealed class StatisticsCommand
{
    private const int Days = 31;

    private readonly Option<string> _from = new("--from")
    {
        Description = "The first day, such as 2026-11-01. Default: a month before the last one.",
        HelpName = "DAY",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "The last day. Default: today, by the clock of the plant.",
        HelpName = "DAY",
    };

    private readonly Option<string> _template = new("--template")
    {
        Description = "Only counts of this template.",
        HelpName = "CODE",
    };

    private readonly Option<string> _prefix = new("--prefix")
    {
        Description = "Only counts of this prefix, and of those below it.",
        HelpName = "PREFIX",
    };

    private readonly Option<bool> _json = new("--json") { Description = "As JSON, for programs." };

    public static Command Create() => new StatisticsCommand().Build();

    private Command Build() =>
        new Command(
            "statistics",
            """
            Shows how often something was registered, changed, revoked or resolved, by day, template and source: what
            GET /api/v1/statistics answers. What nodes below reported is reported-register and reported-resolve; its
            source is the name of their store. Resolutions of the last seconds are still with the node that serves.

            Examples:
              idnode statistics --data ./data
              idnode statistics --data ./data --prefix 88.300.1.7 --from 2026-11-01
            """
        )
        {
            Settings.Data,
            _from,
            _to,
            _template,
            _prefix,
            _json,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var (from, to) = (Day(parsed, _from), Day(parsed, _to));
        using var node = await Settings.OpenNodeAsync(parsed);
        var last = to ?? DateOnly.FromDateTime(node.Get<PlantClock>().Now.DateTime);
        var read = await node.Get<StatisticsReader>()
            .ReadAsync(
                from ?? last.AddDays(-Math.Min(Days - 1, last.DayNumber)),
                last,
                parsed.GetValue(_template),
                parsed.GetValue(_prefix),
                Caller.CommandLine,
                cancellationToken
            );
        // A node that serves goes on counting at once.
        await node.Get<IEnumerable<LogReader>>()
            .Single(static r => r.Name == LogCounter.ReaderName)
            .ReleaseAsync(CancellationToken.None);
        if (!read.TryGet(out var counts, out var error))
        {
            return terminal.Refuse(error);
        }
        terminal.Out.WriteLine(parsed.GetValue(_json) ? ToJson(counts) : ToTable(counts));
        return ExitCode.Done;
    }

    private static string ToTable(Statistic[] counts)
    {
        var table = new TextTable("DAY", "TEMPLATE", "SOURCE", "OPERATION", "COUNT");
        foreach (var (key, count) in counts)
        {
            table.Add(
                Shown(key.Day),
                key.Template,
                key.Source,
                key.Operation,
                count.ToString(CultureInfo.InvariantCulture)
            );
        }
        return table.ToString();
    }

    private static string ToJson(Statistic[] counts) =>
        IndentedJson.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var (key, count) in counts)
            {
                writer.WriteStartObject();
                writer.WriteString("day", Shown(key.Day));
                writer.WriteString("template", key.Template);
                writer.WriteString("source", key.Source);
                writer.WriteString("operation", key.Operation);
                writer.WriteNumber("count", count);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        });

    private static string Shown(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly? Day(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) switch
        {
            null => null,
            var text when TextParameter.TryDay(text, out var day) => day,
            var text => throw new OperatorException(
                $"{option.Name}: '{text}' must be a day such as 2026-11-01.",
                $"{option.Name}：'{text}' 应为日期，例如 2026-11-01。"
            ),
        };
}
