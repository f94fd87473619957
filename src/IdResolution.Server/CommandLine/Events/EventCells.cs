using System.Buffers;
using System.Text.Json;
using IdResolution.Server.CommandLine.Records;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>Writes the cells of a row as the JSON of the event or link that they mean, as REST takes it.</summary>
internal sealed class EventCells
{
    // Whose quantity the column quantity says, where the row is an event.
    private static readonly string[] s_taken = ["items", "inputs", "children"];

    private readonly Dictionary<string, string> _cells = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _json = new();

    public EventCells(EventColumns columns, string[] cells)
    {
        foreach (var (member, column) in columns.Members)
        {
            if (FormulaSafe.Undo(cells[column]).Trim() is { Length: > 0 } cell)
            {
                _cells.Add(member, cell);
            }
        }
    }

    private bool IsLink => _cells.ContainsKey("from");

    /// <summary>A cell; null where it is blank.</summary>
    public string? Find(string member) => _cells.GetValueOrDefault(member);

    /// <summary>The JSON.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        using (var writer = new Utf8JsonWriter(_json))
        {
            writer.WriteStartObject();
            foreach (var (member, cell) in _cells)
            {
                Write(writer, member, cell);
            }
            writer.WriteEndObject();
        }
        return _json.WrittenMemory;
    }

    private void Write(Utf8JsonWriter writer, string member, string cell)
    {
        var isOfThing =
            member.Contains('.', StringComparison.Ordinal) && !member.Contains(':', StringComparison.Ordinal);
        if (isOfThing || (!IsLink && member is "quantity" or "unit" or "position"))
        {
            // Written with its thing.
            return;
        }
        writer.WritePropertyName(member);
        if (IsJson(cell))
        {
            writer.WriteRawValue(cell);
        }
        else if (EventColumns.Lists.Contains(member))
        {
            WriteThings(writer, member, Split(cell));
        }
        else if (EventColumns.Things.Contains(member))
        {
            WriteThing(writer, member, cell, 0, 1);
        }
        else if (member is "holds" or "defects")
        {
            JsonSerializer.Serialize(writer, Split(cell));
        }
        else
        {
            writer.WriteStringValue(cell);
        }
    }

    private void WriteThings(Utf8JsonWriter writer, string member, string[] things)
    {
        writer.WriteStartArray();
        for (var i = 0; i < things.Length; i++)
        {
            WriteThing(writer, member, things[i], i, things.Length);
        }
        writer.WriteEndArray();
    }

    private void WriteThing(Utf8JsonWriter writer, string member, string thing, int at, int count)
    {
        writer.WriteStartObject();
        writer.WriteString("text", thing);
        foreach (var of in EventColumns.OfThings)
        {
            if (ValueOf(member, of, at, count) is { } value)
            {
                writer.WriteString(of, value);
            }
        }
        writer.WriteEndObject();
    }

    /// <summary>What a column says of one of several things: one value for all, or one for each.</summary>
    private string? ValueOf(string member, string of, int at, int count)
    {
        var cell = Find($"{member}.{of}") ?? (!IsLink && of != "type" && s_taken.Contains(member) ? Find(of) : null);
        if (cell is null)
        {
            return null;
        }
        var values = cell.Split(';', StringSplitOptions.TrimEntries);
        // Too many or too few: as it is written, it is no number.
        var value = values.Length == 1 || count == 1 || values.Length != count ? cell : values[at];
        return value.Length > 0 ? value : null;
    }

    private static string[] Split(string cell) =>
        cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsJson(string cell)
    {
        if (cell[0] is not ('[' or '{'))
        {
            return false;
        }
        try
        {
            using var json = JsonDocument.Parse(cell);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
