using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Tracing;

/// <summary>Writes traces as JSON. One writer writes one trace.</summary>
/// <param name="ids">Gives the ids of events.</param>
/// <param name="language">The language of findings.</param>
internal sealed class TraceJson(EventIds ids, Language language)
{
    private const int FlushAt = 64 * 1024;

    private (long Number, Guid Id) _last;

    /// <summary>The language of findings and captions.</summary>
    public Language Language => language;

    /// <summary>The address of the node, for links to its pages; null where nobody knows it.</summary>
    public PublicAddress? Address { get; init; }

    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Writes a whole trace.</summary>
    public async Task WriteAsync(Stream output, TraceReport report, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        WriteStart(writer, report.Root, report.Query, report.Number);
        writer.WriteStartArray("nodes"u8);
        for (var i = 0; i < report.Graph.Nodes.Count; i++)
        {
            if (report.Graph.Nodes[i] is { IsShown: true } node)
            {
                Write(
                    writer,
                    node,
                    report.Amounts[i],
                    report.Balances.GetValueOrDefault(node.Item.Number),
                    report.Attributes.GetValueOrDefault(i)
                );
                await FlushAsync(writer, cancellationToken);
            }
        }
        writer.WriteEndArray();
        writer.WriteStartArray("links"u8);
        foreach (var link in report.Graph.Links)
        {
            if (link.IsShown)
            {
                Write(writer, link);
                await FlushAsync(writer, cancellationToken);
            }
        }
        writer.WriteEndArray();
        writer.WriteStartArray("findings"u8);
        foreach (var finding in report.Findings)
        {
            Write(writer, finding);
            await FlushAsync(writer, cancellationToken);
        }
        writer.WriteEndArray();
        WritePaths(writer, report);
        WriteEnd(writer, report.End);
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
    }

    /// <summary>Writes the members that say what was asked.</summary>
    public static void WriteStart(Utf8JsonWriter writer, TraceItem root, TraceQuery query, long number)
    {
        writer.WriteString("root"u8, root.Spelling);
        writer.WriteString("direction"u8, query.Direction.ToString().ToLowerInvariant());
        if (number > 0)
        {
            writer.WriteNumber("number"u8, number);
        }
    }

    /// <summary>Writes an item.</summary>
    public static void Write(
        Utf8JsonWriter writer,
        in TraceNode node,
        TraceAmount? amount = null,
        IReadOnlyList<LotBalance>? balances = null,
        IReadOnlyList<AttributeValue>? attributes = null
    )
    {
        writer.WriteStartObject();
        writer.WriteString("identifier"u8, node.Item.Spelling);
        WriteText(writer, "template", node.Item.Template);
        writer.WriteNumber("generation"u8, node.Generation);
        if (amount is { } known)
        {
            WriteNumber(writer, "quantity", known.Quantity);
            WriteText(writer, "unit", known.Unit);
        }
        WriteText(writer, "via", node.Via?.Spelling);
        if (node.Item.Number < 0)
        {
            writer.WriteBoolean("hidden"u8, true);
        }
        else if (node.Item.Key.IsText)
        {
            writer.WriteBoolean("text"u8, true);
        }
        else if (!node.Item.IsRegistered)
        {
            writer.WriteBoolean("registered"u8, false);
        }
        if (node.Item.IsRevoked)
        {
            writer.WriteBoolean("revoked"u8, true);
        }
        if (balances is not null)
        {
            writer.WriteStartArray("balance"u8);
            foreach (var balance in balances)
            {
                Write(writer, balance);
            }
            writer.WriteEndArray();
        }
        if (attributes is not null)
        {
            AttributeJson.Write(writer, attributes);
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes a link.</summary>
    public void Write(Utf8JsonWriter writer, in TraceLink link)
    {
        writer.WriteStartObject();
        writer.WriteString("from"u8, link.From.Spelling);
        writer.WriteString("type"u8, EventNames.Of(link.Link.Kind));
        writer.WriteString("to"u8, link.To.Spelling);
        if (link.Link.Event != 0)
        {
            writer.WriteString("event"u8, IdOf(link));
        }
        if (link.Quantity is { } quantity)
        {
            writer.WritePropertyName("quantity"u8);
            writer.WriteRawValue(quantity);
        }
        WriteText(writer, "unit", link.Unit);
        WriteText(writer, "position", link.Link.Position);
        JsonTime.Write(writer, "time"u8, Micros.ToTime(link.Link.Time));
        writer.WriteEndObject();
    }

    /// <summary>Writes the members that say how the walk ended.</summary>
    public static void WriteEnd(Utf8JsonWriter writer, TraceEnd end)
    {
        writer.WriteBoolean("complete"u8, end.IsComplete);
        writer.WriteNumber("found"u8, end.Nodes);
        if (end.Cursor is { } cursor)
        {
            writer.WriteStartArray("frontier"u8);
            foreach (var item in end.Frontier)
            {
                writer.WriteStringValue(item.Spelling);
            }
            writer.WriteEndArray();
            writer.WriteNumber("frontierCount"u8, end.FrontierCount);
            writer.WriteString("cursor"u8, cursor);
        }
    }

    /// <summary>The id of the event of a link, as the caller is told it.</summary>
    public Guid IdOf(in TraceLink link) => link.EventId ?? IdOf(link.Link.Event);

    /// <summary>The id of an event. Links of one event come together.</summary>
    public Guid IdOf(long number)
    {
        if (_last.Number != number || _last.Id == Guid.Empty)
        {
            _last = (number, ids.Of(number));
        }
        return _last.Id;
    }

    /// <summary>A number without the zeros that sums of decimals keep.</summary>
    public static string Text(decimal value) =>
        value.ToString("0.############################", CultureInfo.InvariantCulture);

    private void Write(Utf8JsonWriter writer, TraceFinding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("code"u8, finding.Code);
        writer.WriteString("message"u8, finding.Message.In(language));
        writer.WriteStartArray("identifiers"u8);
        foreach (var item in finding.Items)
        {
            writer.WriteStringValue(item.Spelling);
        }
        writer.WriteEndArray();
        writer.WriteNumber("count"u8, finding.Count);
        if (finding.Event != 0)
        {
            writer.WriteString("event"u8, IdOf(finding.Event));
        }
        writer.WriteEndObject();
    }

    private void WritePaths(Utf8JsonWriter writer, TraceReport report)
    {
        if (report.Paths is null)
        {
            return;
        }
        writer.WriteStartArray("paths"u8);
        foreach (var path in report.Paths)
        {
            writer.WriteStartArray();
            foreach (var link in path)
            {
                Write(writer, link);
            }
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    /// <summary>Writes what became of a lot.</summary>
    public static void Write(Utf8JsonWriter writer, LotBalance balance)
    {
        writer.WriteStartObject();
        WriteText(writer, "unit", balance.Unit);
        WriteNumber(writer, "made", balance.Made);
        WriteNumber(writer, "used", balance.Used);
        WriteNumber(writer, "shipped", balance.Shipped);
        WriteNumber(writer, "scrapped", balance.Scrapped);
        WriteNumber(writer, "left", balance.Left);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, decimal? number)
    {
        if (number is { } value)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(Text(value));
        }
    }

    private static ValueTask FlushAsync(Utf8JsonWriter writer, CancellationToken cancellationToken) =>
        writer.BytesPending < FlushAt ? default : new(writer.FlushAsync(cancellationToken));
}
