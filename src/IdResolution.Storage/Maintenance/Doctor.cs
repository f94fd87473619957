using IdResolution.Core.Statistics;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Examines a database whole: the file, the log and its hashes, the tables and indexes that follow from it. Changes
/// nothing, takes one snapshot, so that nodes may go on writing, and reads in streams: memory does not grow with the
/// database.
/// </summary>
public static class Doctor
{
    /// <summary>Runs every check. Damage of whatever kind is a finding, never an exception.</summary>
    /// <param name="databaseFile">The database.</param>
    /// <param name="progress">Is told the check under way and the part of it done, 0 to 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static IReadOnlyList<Finding> Run(
        string databaseFile,
        IProgress<(string Check, double Done)>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(databaseFile))
        {
            return [new Finding("file", false, $"There is no file {databaseFile}.")];
        }
        SqliteConnection connection;
        try
        {
            connection = SqliteFile.OpenReadOnly(databaseFile);
        }
        catch (SqliteException e)
        {
            return [new Finding("file", false, $"{databaseFile} cannot be opened: {e.Message}")];
        }
        using (connection)
        using (cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle!)))
        {
            try
            {
                var examination = new Examination(connection, progress, cancellationToken);
                Run(examination, databaseFile);
                return examination.Findings;
            }
            catch (SqliteException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    private static void Run(Examination examination, string databaseFile)
    {
        if (!examination.Check("file", faults => faults.Summary = BeginSnapshot(examination, databaseFile)))
        {
            return;
        }
        examination.Check("integrity", faults => CheckIntegrity(examination, faults));
        if (!examination.Check("schema", faults => CheckSchema(examination, faults)))
        {
            return;
        }
        new LogCheck(examination).Run();
        new ObjectCheck(examination).Run();
        new DocumentCheck(examination).Run();
        new RecordCheck(examination).Run();
        examination.Check("sequences", faults => CheckSequences(examination, faults));
        examination.Check("statistics", faults => CheckStatistics(examination, faults));
        examination.Check("log readers", faults => CheckLogReaders(examination, faults));
    }

    private static string BeginSnapshot(Examination examination, string databaseFile)
    {
        using (var begin = examination.Prepare("BEGIN"))
        {
            begin.Run();
        }
        // The first read takes the snapshot, and fails where the file is no database or is cut short.
        var pages = examination.Number(
            "SELECT page_count FROM pragma_page_count(), (SELECT COUNT(*) FROM sqlite_master)"
        );
        return $"{databaseFile}, {pages * examination.Number("SELECT page_size FROM pragma_page_size()"):N0} bytes";
    }

    private static void CheckIntegrity(Examination examination, Faults faults)
    {
        using var rows = examination.Prepare("PRAGMA integrity_check");
        while (rows.Step())
        {
            if (rows.Text(0) is var text and not "ok")
            {
                faults.Add(text.ReplaceLineEndings(" "));
            }
        }
        faults.Summary = "pages, indexes and constraints are whole";
    }

    private static void CheckSchema(Examination examination, Faults faults)
    {
        var current = new SqliteMigrator(examination.Connection, TimeProvider.System).IsMigrated(out var version);
        faults.Summary = $"version {version}";
        if (version == 0)
        {
            faults.Add("it is not a database of a node");
        }
        else if (!current)
        {
            faults.Add($"version {version} is older than this node's: start the node once, which brings it up to date");
        }
    }

    private static void CheckSequences(Examination examination, Faults faults)
    {
        using var rows = examination.Prepare("SELECT scope, next FROM sequences");
        var count = 0L;
        while (rows.Step())
        {
            count++;
            if (rows.Int64(1) <= 0)
            {
                faults.Add($"sequence {rows.Text(0)} stands at {rows.Int64(1)}");
            }
        }
        faults.Summary = $"{count:N0} sequences";
    }

    private static void CheckStatistics(Examination examination, Faults faults)
    {
        faults.Summary = $"{examination.Number("SELECT COUNT(*) FROM statistics"):N0} counts";
        if (examination.Number("SELECT COUNT(*) FROM statistics WHERE count < 0") is > 0 and var negative)
        {
            faults.Add($"{negative} counts are negative");
        }
        // Counted once more from the beginning, they would be twice what they are.
        var isCounted = examination.Number(
            $"""
            SELECT EXISTS (SELECT 1 FROM statistics WHERE operation <> 'resolve')
                AND NOT EXISTS (SELECT 1 FROM log_readers WHERE name = '{LogCounter.ReaderName}')
            """
        );
        if (isCounted != 0)
        {
            faults.Add("the log was counted, and how far is not known");
        }
    }

    private static void CheckLogReaders(Examination examination, Faults faults)
    {
        var head = examination.Counter("log");
        var readers = 0L;
        using (var rows = examination.Prepare("SELECT name, cursor FROM log_readers"))
        {
            while (rows.Step())
            {
                readers++;
                if (rows.Int64(1) < 0 || rows.Int64(1) > head)
                {
                    faults.Add($"reader {rows.Text(0)} stands at {rows.Int64(1)}, and the log ends at {head}");
                }
            }
        }
        var letters = 0L;
        using (
            var rows = examination.Prepare(
                """
                SELECT d.reader, d.sequence, l.sequence IS NULL, r.cursor IS NULL OR r.cursor < d.sequence
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
                if (rows.Int64(2) != 0)
                {
                    faults.Add($"reader {rows.Text(0)} has set entry {rows.Int64(1)} aside, which there is not");
                }
                else if (rows.Int64(3) != 0)
                {
                    faults.Add($"reader {rows.Text(0)} has set entry {rows.Int64(1)} aside, and is not there yet");
                }
            }
        }
        faults.Summary = $"{readers:N0} readers, {letters:N0} dead letters";
    }
}
