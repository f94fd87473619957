using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Tracing;

/// <summary>
/// Draws a trace by generation: what things were made from on the left, what was made from them on the right. Beyond
/// two hundred items, those of one generation and template are one box.
/// </summary>
internal sealed class TraceSvg
{
    /// <summary>The greatest number of items that are drawn one by one.</summary>
    public const int MaxSingle = 200;

    private const string Namespace = "http://www.w3.org/2000/svg";
    private const int Width = 230;
    private const int Height = 40;
    private const int Across = 320;
    private const int Down = 52;
    private const int Margin = 20;
    private const int Head = 40;
    private const int TitleLength = 30;

    private readonly TraceReport _report;
    private readonly PublicAddress? _address;
    private readonly Language _language;
    private readonly List<Box> _boxes = [];
    private readonly Dictionary<int, int> _boxOf = [];
    private readonly Dictionary<(int From, int To), int> _edges = [];
    private int _columns = 1;
    private int _rows = 1;

    private TraceSvg(TraceReport report, PublicAddress? address, Language language)
    {
        _report = report;
        _address = address;
        _language = language;
    }

    /// <summary>Draws a trace.</summary>
    /// <param name="report">The trace.</param>
    /// <param name="address">The address of the node, to whose pages boxes link; null for no links.</param>
    /// <param name="language">The language of the captions.</param>
    public static byte[] Draw(TraceReport report, PublicAddress? address, Language language)
    {
        var drawing = new TraceSvg(report, address, language);
        drawing.Arrange();
        using var written = new MemoryStream();
        using (var xml = XmlWriter.Create(written, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
        {
            drawing.Write(xml);
        }
        return written.ToArray();
    }

    private void Arrange()
    {
        var nodes = _report.Graph.Nodes;
        var (shown, least, greatest) = (0, 0, 0);
        foreach (var node in nodes)
        {
            if (node.IsShown)
            {
                shown++;
                least = Math.Min(least, node.Generation);
                greatest = Math.Max(greatest, node.Generation);
            }
        }
        var rows = new int[greatest - least + 1];
        var groups = new Dictionary<(int Generation, string? Template), int>();
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!nodes[i].IsShown)
            {
                continue;
            }
            var isSingle = shown <= MaxSingle || i == 0;
            var key = (nodes[i].Generation, nodes[i].Item.Template);
            if (isSingle || !groups.TryGetValue(key, out var box))
            {
                var column =
                    _report.Query.Direction == TraceDirection.Backward
                        ? greatest - nodes[i].Generation
                        : nodes[i].Generation - least;
                box = _boxes.Count;
                _boxes.Add(new Box(i, isSingle, column, rows[column]++));
                if (!isSingle)
                {
                    groups.Add(key, box);
                }
            }
            _boxes[box].Count++;
            _boxOf.Add(i, box);
        }
        (_columns, _rows) = (rows.Length, rows.Max());
        foreach (var link in _report.Graph.Links)
        {
            // An item of an earlier page, or one that the question leaves out, has no box.
            if (
                link.IsShown
                && _boxOf.TryGetValue(_report.Graph.PlaceOf(link.From.Number), out var from)
                && _boxOf.TryGetValue(_report.Graph.PlaceOf(link.To.Number), out var to)
            )
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_edges, (from, to), out _)++;
            }
        }
    }

    private void Write(XmlWriter xml)
    {
        var (width, height) = ((2 * Margin) + (_columns * Across) - (Across - Width), Head + Margin + (_rows * Down));
        xml.WriteStartElement("svg", Namespace);
        Set(xml, "width", width);
        Set(xml, "height", height);
        xml.WriteAttributeString("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {width} {height}"));
        xml.WriteAttributeString("font-family", "sans-serif");
        xml.WriteAttributeString("font-size", "12");
        xml.WriteStartElement("rect", Namespace);
        xml.WriteAttributeString("width", "100%");
        xml.WriteAttributeString("height", "100%");
        xml.WriteAttributeString("fill", "#ffffff");
        xml.WriteEndElement();
        WriteText(xml, Margin, 24, Caption().In(_language), "#111111", "14");
        foreach (var ((from, to), count) in _edges)
        {
            WriteEdge(xml, _boxes[from], _boxes[to], count);
        }
        foreach (var box in _boxes)
        {
            WriteBox(xml, box);
        }
        xml.WriteEndElement();
    }

    private Text Caption()
    {
        var (items, number) = (_report.End.Nodes, _report.Number);
        var isWhole = _report.End.IsComplete && _report.IsWhole;
        if (isWhole && number == 0)
        {
            return new($"{items} items", $"{items} 个标识");
        }
        return isWhole
            ? new($"{items} items, at number {number} of the log", $"{items} 个标识，日志序号 {number}")
            : new($"NOT COMPLETE: {items} items of more", $"不完整：仅含 {items} 个标识");
    }

    /// <summary>What is made is on the right of what it was made from.</summary>
    private static void WriteEdge(XmlWriter xml, Box from, Box to, int count)
    {
        var (x1, y1, x2, y2) = (X(to) + Width, Y(to) + (Height / 2), X(from), Y(from) + (Height / 2));
        var middle = (x1 + x2) / 2;
        xml.WriteStartElement("path", Namespace);
        xml.WriteAttributeString(
            "d",
            string.Create(CultureInfo.InvariantCulture, $"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}")
        );
        xml.WriteAttributeString("fill", "none");
        xml.WriteAttributeString("stroke", "#888888");
        xml.WriteEndElement();
        if (count > 1)
        {
            var label = string.Create(CultureInfo.InvariantCulture, $"{count:N0}");
            WriteText(xml, middle, (y1 + y2) / 2, label, "#555555", "11");
        }
    }

    private void WriteBox(XmlWriter xml, Box box)
    {
        var node = _report.Graph.Nodes[box.Place];
        var link = _address is null ? null : LinkOf(_address, node.Item, box);
        if (link is not null)
        {
            xml.WriteStartElement("a", Namespace);
            xml.WriteAttributeString("href", link);
        }
        xml.WriteStartElement("rect", Namespace);
        Set(xml, "x", X(box));
        Set(xml, "y", Y(box));
        Set(xml, "width", Width);
        Set(xml, "height", Height);
        Set(xml, "rx", 4);
        xml.WriteAttributeString("fill", box.Place == 0 ? "#dbe9ff" : "#f5f5f5");
        xml.WriteAttributeString("stroke", node.Item.IsRevoked ? "#b00020" : "#333333");
        if (!node.Item.IsRegistered && box.IsSingle)
        {
            xml.WriteAttributeString("stroke-dasharray", "4 3");
        }
        if (box.IsSingle)
        {
            xml.WriteElementString("title", Namespace, Clean(node.Item.Spelling));
        }
        xml.WriteEndElement();
        var template = node.Item.Template ?? "–";
        WriteText(xml, X(box) + 8, Y(box) + 16, box.IsSingle ? Short(node.Item.Spelling) : template, "#111111", "12");
        WriteText(xml, X(box) + 8, Y(box) + 32, box.IsSingle ? Note(box, template) : Count(box), "#555555", "11");
        if (link is not null)
        {
            xml.WriteEndElement();
        }
    }

    /// <summary>The page of an item, or the trace that shows the items of a box; null where there is none.</summary>
    private string? LinkOf(PublicAddress address, TraceItem item, Box box)
    {
        if (box.IsSingle)
        {
            return item.Key.IsText ? null : address.Of(item.Spelling);
        }
        var (root, direction) = (Uri.EscapeDataString(_report.Root.Spelling), _report.Query.Direction);
        return item.Template is { } template
            ? $"{address.Url}/trace?id={root}&direction={$"{direction}".ToLowerInvariant()}&template={template}"
            : null;
    }

    private string Note(Box box, string template)
    {
        if (_report.Amounts[box.Place] is not { } amount)
        {
            return template;
        }
        var quantity = amount.Quantity.ToString("0.######", CultureInfo.InvariantCulture);
        return $"{template} · {quantity} {CodeTexts.Unit(amount.Unit, _language)}".TrimEnd();
    }

    private string Count(Box box) =>
        new Text(
            string.Create(CultureInfo.InvariantCulture, $"{box.Count:N0} items"),
            string.Create(CultureInfo.InvariantCulture, $"{box.Count:N0} 个标识")
        ).In(_language);

    private static void WriteText(XmlWriter xml, int x, int y, string text, string fill, string size)
    {
        xml.WriteStartElement("text", Namespace);
        Set(xml, "x", x);
        Set(xml, "y", y);
        xml.WriteAttributeString("fill", fill);
        xml.WriteAttributeString("font-size", size);
        xml.WriteString(Clean(text));
        xml.WriteEndElement();
    }

    private static void Set(XmlWriter xml, string name, int value) =>
        xml.WriteAttributeString(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The end of an identifier tells most.</summary>
    private static string Short(string text) => text.Length <= TitleLength ? text : "…" + text[^(TitleLength - 1)..];

    private static string Clean(string text) => TraceGraphMl.Clean(text);

    private static int X(Box box) => Margin + (box.Column * Across);

    private static int Y(Box box) => Head + (box.Row * Down);

    /// <summary>An item, or those of one generation and template.</summary>
    private sealed record Box(int Place, bool IsSingle, int Column, int Row)
    {
        public int Count { get; set; }
    }
}
