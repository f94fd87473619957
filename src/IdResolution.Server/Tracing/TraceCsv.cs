using System.Globalization;
using CsvHelper;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Tracing;

/// <summary>Writes the items of a trace as a table.</summary>
internal static class TraceCsv
{
    private const int RowsAtOnce = 500;

    internal static CsvWriterOptions Options { get; } = new() { Quoting = CsvQuoting.WhenNeededOrWhitespace };

    public static async Task WriteAsync(Stream output, TraceReport report, CancellationToken cancellationToken)
    {
        using var written = new MemoryStream();
        await using var text = new StreamWriter(written);
        using var csv = CsvWriter.Create(text, Options, leaveOpen: true);
        foreach (var name in new[] { "identifier", "template", "generation", "quantity", "unit", "via" })
        {
            csv.WriteField(name);
        }
        csv.EndRecord();
        var rows = 0;
        for (var i = 0; i < report.Graph.Nodes.Count; i++)
        {
            var node = report.Graph.Nodes[i];
            if (!node.IsShown)
            {
                continue;
            }
            var amount = report.Amounts[i];
            csv.WriteField(FormulaSafe.Text(node.Item.Spelling));
            csv.WriteField(node.Item.Template);
            csv.WriteField(node.Generation.ToString(CultureInfo.InvariantCulture));
            csv.WriteField(amount is { } known ? TraceJson.Text(known.Quantity) : null);
            csv.WriteField(FormulaSafe.Text(amount?.Unit));
            csv.WriteField(FormulaSafe.Text(node.Via?.Spelling));
            csv.EndRecord();
            if (++rows % RowsAtOnce == 0)
            {
                await MoveAsync();
            }
        }
        await MoveAsync();

        async Task MoveAsync()
        {
            csv.Flush();
            await text.FlushAsync(cancellationToken);
            await written.MoveToAsync(output, cancellationToken);
        }
    }
}
