using System.Globalization;
using System.Net;
using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Labels;

/// <summary>
/// Makes a page of labels that any browser prints on A4. It is one HTML document without scripts and without other
/// resources. A content security policy must allow only its one <c>style</c> element.
/// </summary>
internal static class LabelSheet
{
    // Fixed widths, so that it is known what fits: a character of DejaVu Sans Mono has 0.602 of the font's size.
    private const double CharacterWidth = 0.602;
    private const double MillimetresPerPoint = 25.4 / 72;
    private const double LargestFont = 8;
    private const double SmallestFont = 5;
    private const double LeastBesideQr = 22;

    /// <summary>
    /// Gives the page as HTML, with one <c>article</c> per label; all else is not printed. A piece is drawn when it is
    /// asked for, so that who sends each before the next holds no more than a label.
    /// </summary>
    /// <param name="batch">The labels in order. Each URL must fit a QR code of level M (2331 bytes).</param>
    /// <param name="options">The layout.</param>
    /// <param name="language">The language of the page's own words.</param>
    public static IEnumerable<string> Pieces(LabelBatch batch, SheetOptions options, Language language)
    {
        yield return Head(options, language);
        foreach (var piece in Missing(batch, language))
        {
            yield return piece;
        }
        yield return "<main>\n";
        foreach (var label in batch.Labels)
        {
            yield return Label(label, options, language);
        }
        yield return "</main>\n";
        if (batch.Next is { } next)
        {
            var name = new Text("Next sheet", "下一张标签打印页").In(language);
            yield return $"<nav><a href=\"{WebUtility.HtmlEncode(next)}\" rel=\"next\">{name}</a></nav>\n";
        }
        yield return "</body>\n</html>\n";
    }

    /// <summary>The same for batches that come one by one; what has no label is named where it would be.</summary>
    public static async IAsyncEnumerable<string> PiecesAsync(
        IAsyncEnumerable<LabelBatch> batches,
        SheetOptions options,
        Language language
    )
    {
        yield return Head(options, language) + "<main>\n";
        await foreach (var batch in batches)
        {
            foreach (var piece in Missing(batch, language))
            {
                yield return piece;
            }
            foreach (var label in batch.Labels)
            {
                yield return Label(label, options, language);
            }
        }
        yield return "</main>\n</body>\n</html>\n";
    }

    private static IEnumerable<string> Missing(LabelBatch batch, Language language)
    {
        if (batch.Missing.Count > 0)
        {
            yield return $"<aside><h2>{new Text("Without label:", "未生成标签：").In(language)}</h2>\n<ul>\n";
            foreach (var (identifier, why) in batch.Missing)
            {
                yield return $"<li><b>{WebUtility.HtmlEncode(identifier)}</b> "
                    + $"{WebUtility.HtmlEncode(why.Message.In(language))}</li>\n";
            }
            yield return "</ul></aside>\n";
        }
    }

    private static string Head(SheetOptions options, Language language) =>
        $"""
            <!DOCTYPE html>
            <html lang="{(language == Language.Chinese ? "zh-CN" : "en")}">
            <head>
            <meta charset="utf-8">
            <title>{new Text("Labels", "标签").In(language)}</title>
            <style>
            {Style(options)}
            </style>
            </head>
            <body>

            """;

    private static string Label(LabelContent label, SheetOptions options, Language language)
    {
        var html = new StringBuilder("<article>").Append(QrCode.Svg(new QrOptions(label.Url)));
        AppendIdentifier(html, label, options);
        if (label.Held is { } held)
        {
            html.Append($"<p class=\"held\">{LabelContent.HeldMark}<br/>")
                .Append(WebUtility.HtmlEncode(held.In(language)))
                .Append("</p>");
        }
        foreach (var line in label.Lines)
        {
            html.Append("<p>").Append(WebUtility.HtmlEncode(line)).Append("</p>");
        }
        return html.Append("</div></article>\n").ToString();
    }

    /// <summary>Adds title and identifier, as large as its longest part allows, else below the QR code.</summary>
    private static void AppendIdentifier(StringBuilder html, LabelContent label, SheetOptions options)
    {
        var parts = IdentifierText.Parts(label.Identifier).ToList();
        var longest = parts.Max(Characters) * CharacterWidth * MillimetresPerPoint;
        var beside = options.BesideQr >= LeastBesideQr ? options.BesideQr : options.Inside;
        var isBelow = longest * SmallestFont > beside;
        var font = Math.Clamp((isBelow ? options.Inside : beside) / longest, SmallestFont, LargestFont);
        html.Append(isBelow ? "<div class=\"below\">" : "<div>");
        if (!string.IsNullOrEmpty(label.Title))
        {
            html.Append("<h2>").Append(WebUtility.HtmlEncode(label.Title)).Append("</h2>");
        }
        var size = Math.Round(font, 1, MidpointRounding.ToZero).ToString(CultureInfo.InvariantCulture);
        html.Append($"<p class=\"id\" style=\"font-size: {size}pt\">")
            .AppendJoin("<wbr/>", parts.Select(WebUtility.HtmlEncode))
            .Append("</p>");
    }

    /// <summary>The width of a text in characters of a fixed width; those of Chinese have two.</summary>
    private static double Characters(string text) => text.EnumerateRunes().Sum(rune => rune.IsAscii ? 1 : 2);

    private static string Style(SheetOptions options) =>
        $$"""
            @page { size: A4; margin: {{SheetOptions.PageMargin}}mm; }
            body { margin: 0; font: 8pt/1.3 sans-serif; color: #000; background: #fff; }
            main { display: grid; grid-template-columns: repeat({{options.Columns}}, minmax(0, 1fr)); }
            article { display: flex; flex-wrap: wrap; align-items: center; align-content: center; gap: 1mm;
              padding: {{SheetOptions.Padding}}mm; box-sizing: border-box; border: 0.2mm dashed #999;
              margin: 0 -0.2mm -0.2mm 0; break-inside: avoid; page-break-inside: avoid; }
            svg { flex: none; width: {{options.Qr}}mm; height: {{options.Qr}}mm; }
            div { flex: 1 1 {{LeastBesideQr}}mm; min-width: 0; overflow-wrap: anywhere; }
            .below { flex-basis: 100%; }
            h2 { font-size: 9pt; margin: 0 0 0.5mm; }
            p { margin: 0; }
            .id { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; font-weight: bold; word-break: keep-all;
              overflow-wrap: break-word; }
            .held { border: 0.4mm solid #000; padding: 0.5mm; font-weight: bold; }
            aside, nav { font-size: 10pt; margin: 0 0 5mm; grid-column: 1 / -1; }
            nav { margin: 5mm 0 0; }
            @media screen { body { max-width: 190mm; margin: {{SheetOptions.PageMargin}}mm auto; } }
            @media print { aside, nav { display: none; } }
            """;
}
