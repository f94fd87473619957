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
    /// <summary>Gives the page as HTML, with one <c>article</c> per label.</summary>
    /// <param name="labels">The labels in order. Each URL must fit a QR code of level M (2331 bytes).</param>
    /// <param name="options">The layout.</param>
    /// <param name="language">The language of the page's own words.</param>
    public static string Html(IReadOnlyList<LabelContent> labels, SheetOptions options, Language language)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        var title = new Text("Labels", "标签").In(language);
        var html = new StringBuilder();
        html.Append(
            $"""
            <!DOCTYPE html>
            <html lang="{(language == Language.Chinese ? "zh-CN" : "en")}">
            <head>
            <meta charset="utf-8">
            <title>{title}</title>
            <style>
            {Style(options)}
            </style>
            </head>
            <body>
            <main>

            """
        );
        foreach (var label in labels)
        {
            AppendLabel(html, label);
        }
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void AppendLabel(StringBuilder html, LabelContent label)
    {
        html.Append("<article>").Append(QrCode.Svg(new QrOptions(label.Url))).Append("<div>");
        if (!string.IsNullOrEmpty(label.Title))
        {
            html.Append("<h2>").Append(WebUtility.HtmlEncode(label.Title)).Append("</h2>");
        }
        html.Append("<p class=\"id\">").Append(WebUtility.HtmlEncode(label.Identifier)).Append("</p>");
        foreach (var line in label.Lines)
        {
            html.Append("<p>").Append(WebUtility.HtmlEncode(line)).Append("</p>");
        }
        html.Append("</div></article>\n");
    }

    private static string Style(SheetOptions options) =>
        $$"""
            @page { size: A4; margin: {{SheetOptions.PageMargin}}mm; }
            body { margin: 0; font: 8pt/1.3 sans-serif; color: #000; background: #fff; }
            main { display: grid; grid-template-columns: repeat({{options.Columns}}, minmax(0, 1fr));
              gap: {{SheetOptions.Gap}}mm; }
            article { display: flex; flex-wrap: wrap; align-items: center; gap: 1mm;
              padding: {{SheetOptions.Padding}}mm; box-sizing: border-box; outline: 0.2mm dashed #999;
              break-inside: avoid; page-break-inside: avoid; }
            svg { flex: none; width: {{options.Qr}}mm; height: {{options.Qr}}mm; }
            div { flex: 1 1 22mm; min-width: 0; overflow-wrap: anywhere; }
            h2 { font-size: 9pt; margin: 0 0 0.5mm; }
            p { margin: 0; }
            .id { font-weight: bold; }
            @media screen { body { max-width: 190mm; margin: {{SheetOptions.PageMargin}}mm auto; } }
            """;
}
