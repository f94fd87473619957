using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Primitives;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>Writes the cells of a row as the JSON of the event or link that they mean, as REST takes it.</summary>
internal sealed class EventCells
{
    // Whose quantity the column quantity says, where the row is an event. Of outputs if it has none of these.
    private static readonly string[] s_taken = ["items", "inputs", "children"];

    private readonly Dictionary<string, string> _cells = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _json = new();
    private string? _miscounted;

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

    /// <summary>
    /// Makes the JSON. Returns what is wrong if a cell says something of no thing; null if none does.
    /// </summary>
    public Text? Make(out ReadOnlyMemory<byte> json)
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
        json = _json.WrittenMemory;
        if (_miscounted is { } column)
        {
            return new(
                $"{column} needs one value, or one for each thing, between ;.",
                $"{column} 应为一个值，或每个对象一个值，以 ; 分隔。"
            );
        }
        var unused = string.Join(", ", _cells.Keys.Where(member => IsOfThing(member) && !_used.Contains(member)));
        return unused.Length == 0
            ? null
            : new(
                $"{unused} belongs to no thing of this row: it stands beside things that are named, not JSON.",
                $"{unused} 在本行中没有所属的对象：仅用于按名称（而非 JSON）列出的对象。"
            );
    }

    private void Write(Utf8JsonWriter writer, string member, string cell)
    {
        if (IsOfThing(member))
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

    /// <summary>True if a column says something of a thing, and is written with it.</summary>
    private bool IsOfThing(string member) =>
        (member.Contains('.', StringComparison.Ordinal) && !member.Contains(':', StringComparison.Ordinal))
        || (!IsLink && member is "quantity" or "unit" or "position");

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
        var column = $"{member}.{of}";
        if (!_cells.ContainsKey(column))
        {
            column = of;
        }
        if ((column == of && (of == "type" || !TakesQuantity(member))) || Find(column) is not { } cell)
        {
            return null;
        }
        _used.Add(column);
        var values = cell.Split(';', StringSplitOptions.TrimEntries);
        if (values.Length != 1 && values.Length != count)
        {
            _miscounted ??= column;
            return null;
        }
        var value = values.Length == 1 ? values[0] : values[at];
        return value.Length > 0 ? value : null;
    }

    private bool TakesQuantity(string member) =>
        !IsLink && (s_taken.Contains(member) || (member == "outputs" && !Array.Exists(s_taken, _cells.ContainsKey)));

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
