using System.Data.Common;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Statistics;
using IdResolution.Storage.Maintenance.Examining;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Examines a whole database: the log with its hashes, the tables and indexes derived from it, and for the embedded
/// store the file. It changes nothing, and nodes may write meanwhile. It reads in streams, so memory does not grow with
/// the database.
/// </summary>
public static class Doctor
{
    /// <summary>The check that may fail for the key file alone.</summary>
    public const string DataKeysCheck = "data keys";

    /// <summary>The check of the stock, which is made of the events.</summary>
    public const string StockCheckName = StockRow.ReaderName;

    /// <summary>Runs every check, without the key file.</summary>
    /// <inheritdoc cref="Run(StoreSettings, KeyRing, IProgress{ValueTuple{string, double}}, CancellationToken)"/>
    public static IReadOnlyList<Finding> Run(
        StoreSettings settings,
        IProgress<(string Check, double Done)>? progress,
        CancellationToken cancellationToken
    ) => Run(settings, null, progress, cancellationToken);

    /// <summary>Runs every check. Any kind of damage becomes a finding, never an exception.</summary>
    /// <param name="settings">The settings that name the database.</param>
    /// <param name="keys">The keys of the key file, to open data keys with; null where it is not at hand.</param>
    /// <param name="progress">Receives the name of the running check and the part of it done, from 0 to 1.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public static IReadOnlyList<Finding> Run(
        StoreSettings settings,
        KeyRing? keys,
        IProgress<(string Check, double Done)>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!settings.IsSqlServer)
        {
            return Run(settings.File, keys, progress, cancellationToken);
        }
        try
        {
            using var store = new SqlServerExamined(settings);
            return Run(store, keys, progress, cancellationToken);
        }
        catch (Microsoft.Data.SqlClient.SqlException e) when (!cancellationToken.IsCancellationRequested)
        {
            return [Unusable("database", "it cannot be reached", "无法连接", SqlServer.SqlServerFault.Of(e).Message)];
        }
    }

    /// <summary>Runs every check on the file of an embedded store, without the key file.</summary>
    /// <inheritdoc cref="Run(StoreSettings, KeyRing, IProgress{ValueTuple{string, double}}, CancellationToken)"/>
    public static IReadOnlyList<Finding> Run(
        string databaseFile,
        IProgress<(string Check, double Done)>? progress,
        CancellationToken cancellationToken
    ) => Run(databaseFile, null, progress, cancellationToken);

    private static IReadOnlyList<Finding> Run(
        string databaseFile,
        KeyRing? keys,
        IProgress<(string Check, double Done)>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(databaseFile))
        {
            return
            [
                new Finding("file", false, new($"There is no file {databaseFile}.", $"文件 {databaseFile} 不存在。")),
            ];
        }
        SqliteExamined store;
        try
        {
            store = new SqliteExamined(databaseFile);
        }
        catch (Microsoft.Data.Sqlite.SqliteException e)
        {
            return [Unusable("file", $"{databaseFile} cannot be opened", $"{databaseFile} 无法打开", e.Message)];
        }
        using (store)
        {
            return Run(store, keys, progress, cancellationToken);
        }
    }

    /// <summary>
    /// Checks the audit log: its chains, and the summaries in the change log. Also that the change log is whole, since
    /// a summary that was taken out of it tells nothing.
    /// </summary>
    /// <exception cref="MaintenanceException">There is no database.</exception>
    public static Finding VerifyAudit(StoreSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var store = Open(settings);
        using var interrupting = cancellationToken.Register(store.Interrupt);
        var examination = new Examination(store, null, cancellationToken);
        if (
            examination.Check(store.Kind, faults => faults.Summary = store.Begin())
            && examination.Check("schema", faults => CheckSchema(examination, faults))
        )
        {
            new LogCheck(examination, new SecretCheck(examination, null)).Run();
            new ObjectCheck(examination).Run();
            new AuditCheck(examination).Run();
        }
        examination.End();
        var findings = examination.Findings;
        return findings[^1].Ok ? findings.FirstOrDefault(f => !f.Ok) ?? findings[^1] : findings[^1];
    }

    private static ExaminedStore Open(StoreSettings settings)
    {
        if (settings.IsSqlServer)
        {
            return new SqlServerExamined(settings);
        }
        return File.Exists(settings.File)
            ? new SqliteExamined(settings.File)
            : throw new MaintenanceException($"There is no file {settings.File}.", $"没有文件 {settings.File}。");
    }

    private static IReadOnlyList<Finding> Run(
        ExaminedStore store,
        KeyRing? keys,
        IProgress<(string Check, double Done)>? progress,
        CancellationToken cancellationToken
    )
    {
        using var interrupting = cancellationToken.Register(store.Interrupt);
        var examination = new Examination(store, progress, cancellationToken);
        try
        {
            return Run(examination, keys);
        }
        catch (DbException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            examination.End();
        }
    }

    private static IReadOnlyList<Finding> Run(Examination examination, KeyRing? keys)
    {
        var store = examination.Store;
        if (!examination.Check(store.Kind, faults => faults.Summary = store.Begin()))
        {
            return examination.Findings;
        }
        examination.Begin("integrity", store.CheckIntegrity);
        if (!examination.Check("schema", faults => CheckSchema(examination, faults)))
        {
            return examination.Findings;
        }
        var head = examination.Counter("log");
        CheckTables(examination, keys);
        return store.IsSnapshot || examination.Counter("log") == head
            ? examination.Findings
            : [.. examination.Findings.Select(Doubted)];
    }

    private static Finding Unusable(string check, string en, string zh, string why) =>
        new(check, false, new($"{en}: {why}", $"{zh}：{why}"));

    private static void CheckTables(Examination examination, KeyRing? keys)
    {
        var secrets = new SecretCheck(examination, keys);
        secrets.Begin();
        new LogCheck(examination, secrets).Run();
        secrets.End();
        new ObjectCheck(examination).Run();
        new DocumentCheck(examination).Run();
        new RecordCheck(examination).Run();
        new EventCheck(examination).Run();
        new QualityCheck(examination).Run();
        examination.Check("sequences", faults => CheckSequences(examination, faults));
        examination.Check("statistics", faults => CheckStatistics(examination, faults));
        new StockCheck(examination).Run();
        examination.Check("log readers", faults => CheckLogReaders(examination, faults));
        new AuditCheck(examination).Run();
    }

    /// <summary>Marks a fault as doubtful, since nodes wrote, perhaps between two statements of a check.</summary>
    private static Finding Doubted(Finding finding) =>
        finding.Ok
            ? finding
            : finding with
            {
                Detail = Text.Join(
                    "; ",
                    "；",
                    [
                        finding.Detail,
                        new(
                            "nodes wrote meanwhile, so this may be no fault: run it again while no node writes",
                            "其间有节点写入，因此可能并非问题：请在没有节点写入时再次执行"
                        ),
                    ]
                ),
            };

    private static void CheckSchema(Examination examination, CheckFaults faults)
    {
        var store = examination.Store;
        var current = store.IsMigrated(out var version);
        faults.Summary = new($"version {version}", $"版本 {version}");
        if (version == 0)
        {
            faults.Add("it is not a database of a node", "不是节点的数据库");
        }
        else if (!current)
        {
            faults.Add(
                $"version {version} is older than this node's: start the node once, which brings it up to date",
                $"版本 {version} 早于本节点：启动一次节点即可升级"
            );
        }
        else if ((examination.Counter("epoch") ?? 0) is var epoch && epoch != store.Epoch)
        {
            faults.Add(
                $"its epoch is {epoch}, that of version {version} is {store.Epoch}: nodes cannot write",
                $"其纪元为 {epoch}，版本 {version} 的纪元应为 {store.Epoch}：节点无法写入"
            );
        }
    }

    private static void CheckSequences(Examination examination, CheckFaults faults)
    {
        using var rows = examination.Read("SELECT scope, [next] FROM sequences");
        var count = 0L;
        while (rows.Step())
        {
            count++;
            if (rows.Int64(1) <= 0)
            {
                faults.Add(
                    $"sequence {rows.Text(0)} stands at {rows.Int64(1)}",
                    $"流水号 {rows.Text(0)} 为 {rows.Int64(1)}"
                );
            }
        }
        faults.Summary = new($"{count:N0} sequences", $"{count:N0} 个流水号");
    }

    private static void CheckStatistics(Examination examination, CheckFaults faults)
    {
        var counts = Counts("");
        faults.Summary = new($"{counts:N0} counts", $"{counts:N0} 项计数");
        if (Counts(" WHERE [count] < 0") is > 0 and var negative)
        {
            faults.Add($"{negative} counts are negative", $"{negative} 项计数为负");
        }
        // If the log were counted again from the beginning, the counts would double.
        var counted = Counts(" WHERE operation <> 'resolve' AND operation NOT LIKE 'reported-%'");
        var reader = $"SELECT COUNT(*) FROM log_readers WHERE name = '{LogCounter.ReaderName}'";
        if (counted > 0 && examination.Number(reader) == 0)
        {
            faults.Add("the log was counted, and how far is not known", "日志已计数，但不知计到何处");
        }

        long Counts(string where) =>
            examination.Number("SELECT COUNT(*) FROM [statistics]" + where)
            + examination.Number("SELECT COUNT(*) FROM prefix_statistics" + where);
    }

    private static void CheckLogReaders(Examination examination, CheckFaults faults)
    {
        var head = examination.Counter("log");
        var readers = 0L;
        using (var rows = examination.Read("SELECT name, [cursor] FROM log_readers"))
        {
            while (rows.Step())
            {
                readers++;
                if (rows.Int64(1) < 0 || rows.Int64(1) > head)
                {
                    faults.Add(
                        $"reader {rows.Text(0)} stands at {rows.Int64(1)}, and the log ends at {head}",
                        $"读取者 {rows.Text(0)} 位于 {rows.Int64(1)}，而日志止于 {head}"
                    );
                }
            }
        }
        var letters = 0L;
        using (
            var rows = examination.Read(
                """
                SELECT d.reader, d.sequence, l.sequence, r.[cursor]
                FROM dead_letters d
                LEFT JOIN change_log l ON l.sequence = d.sequence
                LEFT JOIN log_readers r ON r.name = d.reader
                """
            )
        )
        {
            while (rows.Step())
            {
                letters++;
                if (rows.IsNull(2))
                {
                    faults.Add(
                        $"reader {rows.Text(0)} has set entry {rows.Int64(1)} aside, which there is not",
                        $"读取者 {rows.Text(0)} 搁置的条目 {rows.Int64(1)} 不存在"
                    );
                }
                else if (rows.IsNull(3) || rows.Int64(3) < rows.Int64(1))
                {
                    faults.Add(
                        $"reader {rows.Text(0)} has set entry {rows.Int64(1)} aside, and is not there yet",
                        $"读取者 {rows.Text(0)} 搁置了尚未读到的条目 {rows.Int64(1)}"
                    );
                }
            }
        }
        faults.Summary = new(
            $"{readers:N0} readers, {letters:N0} dead letters",
            $"{readers:N0} 个读取者，{letters:N0} 个搁置的条目"
        );
    }
}
