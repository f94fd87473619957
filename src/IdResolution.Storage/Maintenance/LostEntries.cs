using System.Collections.Frozen;
using System.Text;
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

    /// <summary>The members of an event that are listed, with their names. <c>time</c> is that of the entry.</summary>
    private static readonly FrozenDictionary<string, string> s_eventMembers = new Dictionary<string, string>
    {
        ["e:type"] = "type",
        ["e:time"] = "happened",
        ["e:id"] = "id",
        ["e:items"] = "items",
        ["e:inputs"] = "inputs",
        ["e:outputs"] = "outputs",
        ["e:parent"] = "parent",
        ["e:children"] = "children",
        ["e:corrects"] = "corrects",
    }.ToFrozenDictionary();

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
        command.CommandText = """
            SELECT l.sequence, l.body, v.state, d.code FROM change_log l LEFT JOIN versions v ON v.sequence = l.sequence
            LEFT JOIN documents d ON d.object = v.object WHERE l.sequence > @kept ORDER BY l.sequence
            """;
        command.Parameters.AddWithValue("@kept", kept);
        using var rows = command.ExecuteReader();
        using var lines = VerbFile.Create(file);
        while (rows.Read())
        {
            WriteLine(lines, rows.GetInt64(0), rows[1] as byte[] ?? [], rows[2] as byte[] ?? [], rows[3] as string);
            lost++;
        }
    }

    private static void WriteLine(FileStream lines, long sequence, byte[] body, byte[] state, string? code)
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
                else if (header.Kind == LogKind.Event && state.Length > 0)
                {
                    WriteEvent(json, state);
                }
                else if (code is not null)
                {
                    json.WriteString("code", code);
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

    /// <summary>What tells which event it was: its key, id, type and time, and the items as they were sent.</summary>
    private static void WriteEvent(Utf8JsonWriter json, byte[] state)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            var code = Encoding.UTF8.GetString(reader.Code);
            if (code.StartsWith(StateCodes.KeyPrefix, StringComparison.Ordinal))
            {
                WriteEventKey(json, code[StateCodes.KeyPrefix.Length..], new StateList(reader.Value));
            }
            else if (s_eventMembers.GetValueOrDefault(code) is { } name)
            {
                json.WritePropertyName(name);
                WriteValue(json, reader.Form, reader.Value);
            }
        }
    }

    private static void WriteEventKey(Utf8JsonWriter json, string source, StateList keys)
    {
        if (keys.Read() && !keys.IsErased)
        {
            json.WriteString("source", source);
            json.WriteString("sourceKey", keys.Value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, StateForm form, ReadOnlySpan<byte> value)
    {
        switch (form)
        {
            case StateForm.Text:
                json.WriteStringValue(value);
                break;
            case StateForm.Json:
                json.WriteRawValue(value);
                break;
            case StateForm.List:
                json.WriteStartArray();
                var elements = new StateList(value);
                while (elements.Read())
                {
                    if (!elements.IsErased)
                    {
                        WriteValue(json, elements.Form, elements.Value);
                    }
                }
                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
