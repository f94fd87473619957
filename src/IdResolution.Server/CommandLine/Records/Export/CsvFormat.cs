using System.Globalization;
using CsvHelper;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.CommandLine.Records.Export;

/// <summary>
/// CSV (RFC 4180): first the record's own columns, then one for each active attribute of any version of the template.
/// </summary>
internal sealed class CsvFormat : IRecordFormat
{
    private static readonly string[] s_own = ["identifier", "version", "source", "sourceKey", "createdAt", "updatedAt"];

    private static readonly CsvWriterOptions s_options = new() { Quoting = CsvQuoting.WhenNeededOrWhitespace };

    private readonly bool _isExcelSafe;
    private readonly string[] _codes;

    /// <summary>Takes the columns from the versions of a template, oldest first.</summary>
    /// <param name="versions">The versions.</param>
    /// <param name="isExcelSafe">True to keep spreadsheets from calculating cells.</param>
    public CsvFormat(IReadOnlyList<Template> versions, bool isExcelSafe = false)
    {
        _isExcelSafe = isExcelSafe;
        _codes =
        [
            .. versions
                .Reverse()
                .SelectMany(t => t.Attributes)
                .Where(a => a.State == AttributeState.Active)
                .Select(a => a.Code)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    // An attribute may have the name of one of the record's own columns.
    public string Head =>
        Text(csv =>
            Row(
                csv,
                s_own.Concat(
                    _codes.Select(c => s_own.Contains(c, StringComparer.OrdinalIgnoreCase) ? "attributes." + c : c)
                )
            )
        );

    public string Write(IEnumerable<Record> records) =>
        Text(csv =>
        {
            foreach (var record in records)
            {
                var values = record.Attributes.ToDictionary(a => a.Attribute.Code, a => a, StringComparer.Ordinal);
                string?[] own =
                [
                    record.Identifier,
                    record.Version.ToString(CultureInfo.InvariantCulture),
                    Safe(record.Source),
                    Safe(record.SourceKey),
                    RecordPrinter.Time(record.CreatedAt),
                    RecordPrinter.Time(record.UpdatedAt),
                ];
                Row(csv, own.Concat(_codes.Select(c => values.TryGetValue(c, out var value) ? Cell(value) : null)));
            }
        });

    private string Cell(AttributeValue value)
    {
        if (!value.Attribute.Repeated)
        {
            // A negative number is no formula.
            return value.Attribute.Type is AttributeType.Integer or AttributeType.Decimal
                ? value.Canonical
                : FormulaSafe.Do(value.Canonical, _isExcelSafe);
        }
        var items = ValueCodec.Items(value.Attribute, value.Canonical);
        // Values that import would split, trim or leave out are written as the JSON list.
        var plain =
            items.All(i =>
                i.Length > 0
                && !i.Contains(';', StringComparison.Ordinal)
                && !char.IsWhiteSpace(i[0])
                && !char.IsWhiteSpace(i[^1])
            ) && !items[0].StartsWith('[');
        return plain ? FormulaSafe.Do(string.Join(';', items), _isExcelSafe) : value.Canonical;
    }

    private string? Safe(string? text) => text is null ? null : FormulaSafe.Do(text, _isExcelSafe);

    private static void Row(CsvWriter csv, IEnumerable<string?> cells)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(cell);
        }
        csv.EndRecord();
    }

    private static string Text(Action<CsvWriter> write)
    {
        using var text = new StringWriter();
        using (var csv = CsvWriter.Create(text, s_options, leaveOpen: true))
        {
            write(csv);
        }
        return text.ToString();
    }
}
