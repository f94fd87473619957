using System.CommandLine;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary>
/// <c>idnode doctor --data DIR</c>: examines the database, also while nodes run. The exit code is 0 if nothing is
/// wrong, else 1.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create() =>
        new Command(
            "doctor",
            """
            Examines the database: log, counters, indexes, and of the embedded store the file. Changes nothing, and
            may run while nodes do. Exit code 0 where all is well, else 1.

            Example:
              idnode doctor --data ./data
            """
        )
        {
            Settings.Data,
        }.Doing((parsed, terminal, cancellationToken) => RunAsync(Settings.Read(parsed), terminal, cancellationToken));

    private static async Task<int> RunAsync(NodeOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        using var directory = DataDirectory.Open(options.Data, create: false);
        var settings = DataDirectory.StoreIn(options);
        var keys = KeysOf(options, terminal);
        var findings = await StepProgress.RunAsync(progress =>
            Task.Run(() => Doctor.Run(settings, keys, progress, cancellationToken), cancellationToken)
        );
        Say(findings, terminal);
        if (findings.All(f => f.Ok))
        {
            return ExitCode.Done;
        }
        if (findings.All(f => f.Ok || f.Check == Doctor.DataKeysCheck))
        {
            terminal.Say(
                "The key file does not fit the database. Put the one in place that belongs to it (Secrets:KeyFile); "
                    + "secrets whose data key is gone must be set again.",
                "密钥文件与数据库不符。请放入对应的密钥文件（Secrets:KeyFile）；数据密钥已丢失的机密须重新设置。"
            );
            return ExitCode.Refused;
        }
        if (findings.All(f => f.Ok || f.IsDerived))
        {
            SayDerived([.. findings.Where(f => !f.Ok).Select(f => f.Check)], options.Data, terminal);
            return ExitCode.Refused;
        }
        if (findings.Min(f => f.FirstEntry) is { } first)
        {
            terminal.Say($"first altered entry: {first}", $"首个被改动的条目：{first}");
        }
        SayDamaged(settings.IsSqlServer, options.Data, terminal);
        return ExitCode.Refused;
    }

    private static void Say(IReadOnlyList<Finding> findings, Terminal terminal)
    {
        var width = findings.Max(f => f.Check.Length);
        foreach (var finding in findings)
        {
            var result = finding switch
            {
                { Ok: false } => "FAILED",
                { Warns: true } => "warns ",
                _ => "ok    ",
            };
            var line = $"{finding.Check.PadRight(width)}  {result}  ";
            terminal.Say(line + finding.Detail.En, line + finding.Detail.Zh);
        }
    }

    private static void SayDerived(List<string> readers, string data, Terminal terminal)
    {
        var verbs = string.Join(
            "; ",
            readers.Select(reader => $"idnode readers --data {data} --restart {reader} --from 1")
        );
        terminal.Say(
            "Nothing is lost: a reader of the log makes this of the events, and makes it anew beside a node that "
                + $"serves: {verbs}",
            $"数据没有丢失：以上由日志读取者根据事件生成，可在节点运行时重新生成：{verbs}"
        );
    }

    private static void SayDamaged(bool isSqlServer, string data, Terminal terminal) =>
        terminal.Say(
            isSqlServer
                ? new(
                    "The database is damaged, if no node wrote meanwhile. Have an administrator keep a copy of it, and "
                        + "restore a backup.",
                    "如其间没有节点写入，则数据库已损坏。请由管理员保留一份副本，再恢复备份。"
                )
                : new(
                    "The database is damaged. Keep a copy of it, then restore a backup: idnode restore FILE --data "
                        + $"{data}",
                    $"数据库已损坏。请保留一份副本，再恢复备份：idnode restore 备份文件 --data {data}"
                )
        );

    /// <summary>The keys of the key file; null where it cannot be read: the database is examined without it.</summary>
    private static KeyRing? KeysOf(NodeOptions options, Terminal terminal)
    {
        try
        {
            return KeyFile.LoadOrCreate(KeyFile.PathOf(options), create: false);
        }
        catch (OperatorException e)
        {
            terminal.Explain(e.Text);
            return null;
        }
    }
}
