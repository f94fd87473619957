using System.Globalization;
using CsvHelper;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Tracing;

/// <summary>Writes the items of a trace as a table.</summary>
internal static class TraceCsv
{
    private const int RowsAtOnce = 500;

    private static readonly string[] s_columns = ["identifier", "template", "generation", "quantity", "unit", "via"];

    internal static CsvWriterOptions Options { get; } = new() { Quoting = CsvQuoting.WhenNeededOrWhitespace };

    public static async Task WriteAsync(Stream output, TraceReport report, CancellationToken cancellationToken)
    {
        using var written = new MemoryStream();
        await using var text = new StreamWriter(written);
        using var csv = CsvWriter.Create(text, Options, leaveOpen: true);
        var attributes = report.Query.Attributes;
        foreach (var name in s_columns.Concat(attributes.Select(static code => "attributes." + code)))
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
            var values = report.Attributes.GetValueOrDefault(i);
            foreach (var code in attributes)
            {
                // A number with a sign stays one.
                var value = values?.FirstOrDefault(value => value.Attribute.Code == code).Canonical;
                csv.WriteField(value is null ? null : FormulaSafe.Again(value));
            }
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
