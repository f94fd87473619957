using System.Text.Encodings.Web;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Lists the log entries of the former database that a restore loses, so that business systems can send them again.
/// </summary>
internal static class LostEntries
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a line of JSON for each entry after the restored ones, as far as they can be read.</summary>
    /// <param name="former">The former database.</param>
    /// <param name="report">The report so far; it says how many first entries both share.</param>
    public static RestoreReport List(string former, RestoreReport report)
    {
        if (report.Shared == 0 && report.Head > 0)
        {
            return report with
            {
                Fault = new Text(
                    "its log is not that of the backup: not even the first entry is the same",
                    "其日志不是备份的日志：第一个条目即不相同"
                ),
            };
        }
        var file = former + ".lost.jsonl";
        var lost = 0L;
        Text? fault = null;
        try
        {
            WriteLines(former, report.Shared, file, ref lost);
        }
        // The backup is in place by now: what goes wrong here is told, and is no failure of the restore.
        catch (Exception e)
            when (e is SqliteException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            fault = new Text(
                $"it cannot be read and listed to its end: {e.Message}",
                $"无法完整读取并列出：{e.Message}"
            );
        }
        SqliteFile.DeleteEmptyLog(former);
        if (lost == 0 && File.Exists(file))
        {
            File.Delete(file);
        }
        return report with { Lost = lost, LostFile = lost > 0 ? file : null, Fault = fault };
    }

    private static void WriteLines(string former, long kept, string file, ref long lost)
    {
        using var connection = FormerDatabase.Open(former);
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT l.sequence, l.body, v.state FROM change_log l LEFT JOIN versions v ON v.sequence = l.sequence "
            + "WHERE l.sequence > @kept ORDER BY l.sequence";
        command.Parameters.AddWithValue("@kept", kept);
        using var rows = command.ExecuteReader();
        using var lines = VerbFile.Create(file);
        while (rows.Read())
        {
            WriteLine(lines, rows.GetInt64(0), rows[1] as byte[] ?? [], rows[2] as byte[] ?? []);
            lost++;
        }
    }

    private static void WriteLine(FileStream lines, long sequence, byte[] body, byte[] state)
    {
        using (var json = new Utf8JsonWriter(lines, s_json))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", sequence);
            if (LogBody.TryDecode(body, out var header, out _))
            {
                json.WriteString("time", Micros.ToTime(header.Time).UtcDateTime);
                json.WriteString("kind", header.Kind.ToString().ToLowerInvariant());
                json.WriteString("operation", header.Operation.ToString().ToLowerInvariant());
                if (header.Kind == LogKind.Record && state.Length > 0)
                {
                    WriteKey(json, state);
                }
            }
            json.WriteEndObject();
        }
        lines.WriteByte((byte)'\n');
    }

    private static void WriteKey(Utf8JsonWriter json, byte[] state)
    {
        json.WriteString("identifier", RecordState.IdentifierOf(state));
        foreach (var (source, key) in RecordState.KeysOf(state).Where(k => k.Source.Length > 0).Take(1))
        {
            json.WriteString("source", source);
            json.WriteString("sourceKey", key);
        }
    }
}
