using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary><c>log show</c>: shows the log that the store goes on with, and those before it.</summary>
internal sealed class LogShowCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "As JSON, for programs." };

    public static Command Create() => new LogShowCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "show",
            """
            Shows the log that the store goes on with, and every log before it: the name, the first and the last entry,
            when and why it began, and how far others had seen the log before. Every cursor of a follower and every
            entity tag names the log, so that whoever has seen another log notices.

            Examples:
              idnode log show --data ./data
              idnode log show --data ./data --json | jq -r '.logs[].log'
            """
        )
        {
            Settings.Data,
            _json,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var look = await node.Get<NodeStore>().Log.LookAsync(0, cancellationToken);
        var logs = await node.Get<BegunLogReader>().ReadAsync(cancellationToken);
        var isRestored = node.Get<LogGuard>().IsRestored;
        if (parsed.GetValue(_json))
        {
            terminal.Out.WriteLine(ToJson(logs, look, isRestored));
        }
        else if (logs.Count > 0)
        {
            terminal.Out.WriteLine(ToText(logs, look, terminal.Language));
        }
        else
        {
            terminal.Say(
                "The log has no name yet: the store is empty, or takes no writes.",
                "日志尚无名称：存储为空，或不能写入。"
            );
        }
        if (!isRestored)
        {
            return ExitCode.Done;
        }
        terminal.Explain(AccessPolicy.Told(LogErrors.StoreRestored(), Caller.CommandLine).Message);
        return ExitCode.Refused;
    }

    private static string ToText(IReadOnlyList<BegunLog> logs, LogLook look, Language language)
    {
        var tables = new List<string> { ToTable(new Text("LOG", "日志"), logs[0], look.HeadLeaf, language) };
        tables.AddRange(logs.Skip(1).Select(log => ToTable(new Text("FORMER LOG", "以前的日志"), log, null, language)));
        return string.Join(Environment.NewLine + Environment.NewLine, tables);
    }

    private static string ToTable(Text title, BegunLog log, byte[]? leaf, Language language)
    {
        var table = new TextTable(title.In(language), log.Start.Log);
        Add("first entry", "第一个条目", Number(log.First));
        Add("last entry", "最后一个条目", Number(log.Last));
        Add("its leaf", "其叶哈希", leaf is null ? null : Convert.ToHexStringLower(leaf));
        Add("began", "开始时间", log.Began.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Add("why", "开始原因", Reason(log).In(language));
        Add("shared with every log before", "与此前所有日志共有的条目数", Number(log.Kept));
        Add("log before", "之前的日志", log.Start.Former);
        Add(
            "its last known entry",
            "之前日志的最后一个已知条目",
            log.Start.FormerHead is 0 ? null : Number(log.Start.FormerHead)
        );
        Add("its leaf", "其叶哈希", log.Start.FormerLeaf);
        Add("its last checkpoint", "其最后一个检查点", log.Start.FormerCheckpoint);
        Add("size and root in format 1", "格式 1 的条目数与根哈希", log.Start.Format1);
        return table.ToString();

        void Add(string en, string zh, string? value)
        {
            if (value is not null)
            {
                table.Add(new Text(en, zh).In(language), value);
            }
        }
    }

    private static string ToJson(IReadOnlyList<BegunLog> logs, LogLook look, bool isRestored) =>
        IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("log", logs.Count > 0 ? logs[0].Start.Log : null);
            writer.WriteNumber("head", look.Head);
            writer.WriteString("leaf", look.HeadLeaf is null ? null : Convert.ToHexStringLower(look.HeadLeaf));
            writer.WriteBoolean("restored", isRestored);
            writer.WriteStartArray("logs");
            foreach (var log in logs)
            {
                Write(writer, log);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter writer, BegunLog log)
    {
        writer.WriteStartObject();
        writer.WriteString("log", log.Start.Log);
        writer.WriteNumber("first", log.First);
        writer.WriteNumber("last", log.Last);
        writer.WriteString("began", log.Began.UtcDateTime);
        writer.WriteBoolean("restarted", log.Start.Restarted);
        writer.WriteNumber("kept", log.Kept);
        writer.WriteString("former", log.Start.Former);
        writer.WriteNumber("formerHead", log.Start.FormerHead);
        writer.WriteString("formerLeaf", log.Start.FormerLeaf);
        writer.WriteString("formerCheckpoint", log.Start.FormerCheckpoint);
        writer.WriteString("format1", log.Start.Format1);
        writer.WriteEndObject();
    }

    private static Text Reason(BegunLog log)
    {
        if (log.Start.Restarted)
        {
            return new("the store came back from a backup, or was copied", "存储由备份恢复或复制而来");
        }
        return log.First == 1
            ? new("the store was new", "新建存储")
            : new("the log had no name before", "此前日志没有名称");
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
