using System.Globalization;
using System.Text;
using System.Xml;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Tracing;

/// <summary>Writes a trace as GraphML. Edges go from what was made to what it was made from.</summary>
internal static class TraceGraphMl
{
    private const string Namespace = "http://graphml.graphdrawing.org/xmlns";
    private const int ElementsAtOnce = 500;

    private static readonly (string Id, string For, string Type)[] s_keys =
    [
        ("identifier", "node", "string"),
        ("template", "node", "string"),
        ("generation", "node", "int"),
        ("amount", "node", "double"),
        ("amountUnit", "node", "string"),
        ("type", "edge", "string"),
        ("event", "edge", "string"),
        ("time", "edge", "string"),
        ("quantity", "edge", "double"),
        ("unit", "edge", "string"),
        ("position", "edge", "string"),
    ];

    public static async Task WriteAsync(
        Stream output,
        TraceReport report,
        TraceJson json,
        CancellationToken cancellationToken
    )
    {
        using var written = new MemoryStream();
        using var xml = XmlWriter.Create(written, new XmlWriterSettings { Encoding = new UTF8Encoding(false) });
        xml.WriteStartDocument();
        xml.WriteStartElement("graphml", Namespace);
        foreach (var (id, owner, type) in s_keys)
        {
            xml.WriteStartElement("key", Namespace);
            xml.WriteAttributeString("id", id);
            xml.WriteAttributeString("for", owner);
            xml.WriteAttributeString("attr.name", id);
            xml.WriteAttributeString("attr.type", type);
            xml.WriteEndElement();
        }
        xml.WriteStartElement("graph", Namespace);
        xml.WriteAttributeString("edgedefault", "directed");
        for (var i = 0; i < report.Graph.Nodes.Count; i++)
        {
            if (report.Graph.Nodes[i].IsShown)
            {
                Write(xml, report, i);
                await PauseAsync(i);
            }
        }
        for (var i = 0; i < report.Graph.Links.Count; i++)
        {
            if (report.Graph.Links[i] is { IsShown: true } link)
            {
                Write(xml, report.Graph, link, json);
                await PauseAsync(i);
            }
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndDocument();
        await PauseAsync(ElementsAtOnce - 1);

        async ValueTask PauseAsync(int count)
        {
            if (count % ElementsAtOnce == ElementsAtOnce - 1)
            {
                xml.Flush();
                await written.MoveToAsync(output, cancellationToken);
            }
        }
    }

    private static void Write(XmlWriter xml, TraceReport report, int place)
    {
        var node = report.Graph.Nodes[place];
        var amount = report.Amounts[place];
        xml.WriteStartElement("node", Namespace);
        xml.WriteAttributeString("id", Id(place));
        WriteData(xml, "identifier", node.Item.Spelling);
        WriteData(xml, "template", node.Item.Template);
        WriteData(xml, "generation", node.Generation.ToString(CultureInfo.InvariantCulture));
        WriteData(xml, "amount", amount is { } known ? TraceJson.Text(known.Quantity) : null);
        WriteData(xml, "amountUnit", amount?.Unit);
        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, TraceGraph graph, in TraceLink link, TraceJson json)
    {
        xml.WriteStartElement("edge", Namespace);
        xml.WriteAttributeString("source", Id(graph.PlaceOf(link.From.Number)));
        xml.WriteAttributeString("target", Id(graph.PlaceOf(link.To.Number)));
        WriteData(xml, "type", EventNames.Of(link.Link.Kind));
        if (link.Link.Event != 0)
        {
            WriteData(xml, "event", json.IdOf(link).ToString());
        }
        WriteData(xml, "time", Micros.ToTime(link.Link.Time).ToString("O", CultureInfo.InvariantCulture));
        WriteData(xml, "quantity", link.Quantity);
        WriteData(xml, "unit", link.Unit);
        WriteData(xml, "position", link.Link.Position);
        xml.WriteEndElement();
    }

    /// <summary>A text without the characters that XML has no way to write, and half of a surrogate pair.</summary>
    internal static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value >= ' ' && rune.Value is not (0xFFFE or 0xFFFF))
            {
                clean.Append(rune);
            }
        }
        return clean.ToString();
    }

    private static string Id(int place) => string.Create(CultureInfo.InvariantCulture, $"n{place}");

    private static void WriteData(XmlWriter xml, string key, string? text)
    {
        if (text is null)
        {
            return;
        }
        xml.WriteStartElement("data", Namespace);
        xml.WriteAttributeString("key", key);
        xml.WriteString(Clean(text));
        xml.WriteEndElement();
    }
}
