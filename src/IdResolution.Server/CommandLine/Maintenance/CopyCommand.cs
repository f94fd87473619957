using System.CommandLine;
using IdResolution.Core.Catalog;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance.Copying;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary><c>idnode copy --from STORE --to STORE</c>: copies everything into another store.</summary>
internal static class CopyCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description =
                "The store to copy: a data directory, or env:VARIABLE, a variable that holds a SQL Server "
                + "connection string.",
            HelpName = "STORE",
            Required = true,
        };
        var to = new Option<string>("--to")
        {
            Description = "An empty store, named likewise; a data directory is made where missing.",
            HelpName = "STORE",
            Required = true,
        };
        var gap = new Option<long?>("--gap")
        {
            Description =
                "Skips so many numbers of every sequence in the new store. Needed if the old one is written further: "
                + "at least as many as any of its sequences will give away. Otherwise both give away the same numbers.",
            HelpName = "N",
        };
        return new Command(
            "copy",
            """
            Copies a store whole into an empty one, of the same kind or the other: identifiers, versions, the log with
            its sequence numbers, templates, keys, audit and statistics. Stop the nodes of both first. When it is
            interrupted, run it again: it goes on where it stopped. At the end both stores are compared row by row;
            until then no node starts on the new one. The key file is not in the store: nodes on the new one need the
            same.

            Both stores give away the same next numbers: let no node write to the old one any more, or skip numbers in
            the new one with --gap.

            Example:
              IDR_NEW='Server=db.example.com;Database=idnode;User ID=idnode;Password=...' idnode copy --from ./data \
                --to env:IDR_NEW
            """
        )
        {
            from,
            to,
            gap,
        }.Doing(
            (parsed, terminal, cancellationToken) =>
                RunAsync(
                    parsed,
                    parsed.GetRequiredValue(from),
                    parsed.GetRequiredValue(to),
                    RestartedLog.GapOf(parsed, gap) ?? 0,
                    terminal,
                    cancellationToken
                )
        );
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        string from,
        string to,
        long gap,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        using var source = Place.Open(from, create: false, parsed.Environment());
        using var target = Place.Open(to, create: true, parsed.Environment());
        var rows = await StepProgress.RunAsync(progress =>
            StoreCopy.RunAsync(
                source.Address,
                target.Address,
                KeyFiles(source, target),
                TimeProvider.System,
                progress,
                cancellationToken
            )
        );
        var log = await StoreCopy.BeginLogAsync(
            source.Address,
            target.Address,
            gap,
            TimeProvider.System,
            cancellationToken
        );
        var user = parsed.Environment().OsUser;
        var records = rows.First(r => r.Table == "records").Rows;
        await StoreAudit.NoteAsync(source.Address.Settings, user, "copy", $"to {to}", records);
        await StoreAudit.NoteAsync(target.Address.Settings, user, "copy", $"from {from}", records);
        Say(rows, log, source.KeyFile, terminal);
        if (log is not null)
        {
            SayNumbers(gap, terminal);
        }
        return ExitCode.Done;
    }

    private static void Say(
        IReadOnlyList<(string Table, long Rows)> rows,
        CurrentLog? log,
        string? keyFile,
        Terminal terminal
    )
    {
        foreach (var (table, count) in rows)
        {
            terminal.Say(
                $"{table, -15}{count, 15:N0} rows, the same in both",
                $"{table, -15}{count, 15:N0} 行，两边一致"
            );
        }
        terminal.Say(
            log is null
                ? new(
                    "Like the store that was copied, it takes no writes before its next log begins: idnode log "
                        + "restart.",
                    "与原存储一样，开始新的日志之前不能写入：idnode log restart。"
                )
                : new(
                    $"It goes on with the log {log.Name}: the store that was copied keeps its own.",
                    $"新存储使用日志 {log.Name}，原存储保留其日志。"
                )
        );
        terminal.Say(
            keyFile is null
                ? new(
                    "Nodes on the new store need the key file of the old one's nodes (secrets.key in their data "
                        + "directory, or Secrets:KeyFile).",
                    "新存储上的节点须使用原节点的密钥文件（其数据目录中的 secrets.key，或 Secrets:KeyFile）。"
                )
                : new(
                    $"Nodes on the new store need the key file {keyFile}, in their data directory or as "
                        + "Secrets:KeyFile.",
                    $"新存储上的节点须使用密钥文件 {keyFile}：放入其数据目录，或设为 Secrets:KeyFile。"
                )
        );
    }

    /// <summary>Says which of both stores may give away numbers.</summary>
    private static void SayNumbers(long gap, Terminal terminal) =>
        terminal.Say(
            gap == 0
                ? new(
                    "Let no node write to the store that was copied any more: both would give away the same numbers. "
                        + "To write to both, copy with --gap N.",
                    "请勿再写入原存储，否则两边会发出相同的号码。如两边都要写入，请用 --gap N 复制。"
                )
                : new(
                    $"Object numbers and all sequences skip {gap:N0} numbers here: so many may the store that was "
                        + "copied still give away.",
                    $"新存储的对象号和所有流水号跳过 {gap:N0} 个号码：原存储至多还可发出这么多。"
                )
        );

    /// <summary>The fingerprints of the key files, by path. Each must be the store's.</summary>
    private static Dictionary<string, string> KeyFiles(params Place[] places) =>
        places
            .Select(p => p.KeyFile)
            .OfType<string>()
            .Distinct()
            .ToDictionary(f => f, f => Hosting.KeyFile.LoadOrCreate(f, create: false).Fingerprint);

    /// <summary>A store as the command line names it. A data directory is locked while it is copied.</summary>
    private sealed record Place(CopyAddress Address, DataDirectory? Directory) : IDisposable
    {
        private const string Variable = "env:";

        public string? KeyFile =>
            Directory is null || !File.Exists(Path.Combine(Directory.Path, Hosting.KeyFile.FileName))
                ? null
                : Path.Combine(Directory.Path, Hosting.KeyFile.FileName);

        public static Place Open(string name, bool create, CommandEnvironment environment)
        {
            if (name.StartsWith(Variable, StringComparison.Ordinal))
            {
                var variable = name[Variable.Length..];
                return environment.Find(variable) is { } connection
                    ? new Place(CopyAddress.OfServer(connection, variable), null)
                    : throw new OperatorException(
                        $"The environment variable {variable} is not set: it must hold a SQL Server connection string.",
                        $"未设置环境变量 {variable}：其值应为 SQL Server 的连接字符串。"
                    );
            }
            if (name.Contains('=', StringComparison.Ordinal) && name.Contains(';', StringComparison.Ordinal))
            {
                throw new OperatorException(
                    "A connection string on the command line is seen by everyone on this machine. Put it into an "
                        + "environment variable and name that: env:VARIABLE",
                    "命令行中的连接字符串对本机所有用户可见。请将其放入环境变量，并写作：env:变量名"
                );
            }
            var directory = DataDirectory.Open(name, create, alone: true);
            if (!create && !File.Exists(directory.Database))
            {
                directory.Dispose();
                throw new OperatorException(
                    $"There is no database in {directory.Path}.",
                    $"{directory.Path} 中没有数据库。"
                );
            }
            return new Place(CopyAddress.OfFile(directory.Database), directory);
        }

        public void Dispose() => Directory?.Dispose();
    }
}
