using System.Globalization;
using System.Text;
using CsvHelper;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Tracing;

/// <summary>Writes what a machine made as a table.</summary>
internal static class MadeCsv
{
    /// <summary>The media type.</summary>
    public const string Media = "text/csv; charset=utf-8";

    private static readonly string[] s_columns =
    [
        "identifier",
        "template",
        "role",
        "event",
        "type",
        "time",
        "step",
        "quantity",
        "unit",
    ];

    /// <summary>The line with the names of the columns.</summary>
    public static string Titles { get; } = string.Join(',', s_columns);

    /// <summary>The lines of a page, each with its end.</summary>
    public static string Lines(MadePage page)
    {
        var text = new StringBuilder();
        using var written = new StringWriter(text);
        using (var csv = CsvWriter.Create(written, TraceCsv.Options, leaveOpen: true))
        {
            foreach (var line in page.Lines)
            {
                csv.WriteField(FormulaSafe.Text(line.Identifier));
                csv.WriteField(line.Template);
                csv.WriteField(line.Role);
                csv.WriteField(line.Event.ToString());
                csv.WriteField(EventNames.Of(line.Type));
                csv.WriteField(TimeText(line.Time));
                csv.WriteField(FormulaSafe.Text(line.Step));
                csv.WriteField(line.Quantity);
                csv.WriteField(FormulaSafe.Text(line.Unit));
                csv.EndRecord();
            }
        }
        return text.ToString();
    }

    private static string TimeText(long time) =>
        Micros.ToTime(time).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
