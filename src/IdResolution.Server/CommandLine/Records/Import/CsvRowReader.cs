using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>Turns rows into registrations.</summary>
/// <param name="plan">Says which column means what.</param>
/// <param name="fileSource">The source of rows without business key and identifier.</param>
/// <param name="fileKey">What their keys begin with: it stands for the file itself.</param>
/// <param name="catalog">Knows in which form the keys of a source are compared.</param>
internal sealed partial class CsvRowReader(ImportPlan plan, string fileSource, string fileKey, NodeCatalog catalog)
{
    private const string FileSource = "import";

    private const char Separator = '\u001F';

    private readonly RowKeys _keys = new();
    private readonly HashSet<string> _known = [.. plan.Attributes.Select(a => a.Attribute.Code)];

    /// <summary>Makes the reader of a file.</summary>
    public static CsvRowReader Of(NodeContainer node, CsvFile csv, ImportPlan plan)
    {
        var file = csv.Fingerprint[..16];
        // An earlier version made a source of each file. One that was imported then is recognised.
        var catalog = node.Get<CatalogHolder>().Current;
        return catalog.SourcesOf($"{FileSource}:{file}", null).Count > 0
            ? new CsvRowReader(plan, $"{FileSource}:{file}", "", catalog)
            : new CsvRowReader(plan, FileSource, file + ":", catalog);
    }

    /// <summary>Reads a row. Rows must be read in their order.</summary>
    public ImportRow Read(long number, string[] cells, Text? fault)
    {
        if (fault is not null)
        {
            return Refused(fault);
        }
        var identifier = Cell(cells, plan.IdentifierColumn);
        var source = Cell(cells, plan.SourceColumn) ?? plan.Source;
        var sourceKey = Cell(cells, plan.SourceKeyColumn);
        if (identifier is null && sourceKey is null)
        {
            if (plan.SourceKeyColumn >= 0)
            {
                return Refused(
                    new Text(
                        "sourceKey: the row has neither a key nor an identifier",
                        "sourceKey：该行既无业务主键也无标识"
                    )
                );
            }
            (source, sourceKey) = (fileSource, fileKey + number.ToString(CultureInfo.InvariantCulture));
        }
        if (FaultOfKey(number, cells, identifier, source, sourceKey) is { } faulty)
        {
            return Refused(faulty);
        }
        return new ImportRow(number, cells, RequestOf(cells, identifier, source, sourceKey), null);

        ImportRow Refused(Text? why) => new(number, cells, null, why);
    }

    private RegistrationRequest RequestOf(string[] cells, string? identifier, string? source, string? sourceKey) =>
        new()
        {
            Template = plan.Template.Code,
            Identifier = identifier,
            Source = source,
            SourceKey = sourceKey,
            Attributes = AttributesOf(cells),
            Known = _known,
        };

    /// <summary>Finds keys that a spreadsheet has spoilt: all that are long enough become the same.</summary>
    private Text? FaultOfKey(long number, string[] cells, string? identifier, string? source, string? sourceKey)
    {
        if (sourceKey is not null && IsSpoilt(sourceKey))
        {
            return Spoilt(sourceKey);
        }
        var written = identifier is null ? null : Encoding.UTF8.GetString(LookupKey.Of(identifier).Bytes);
        var (field, key, folded) = sourceKey is null
            ? ("identifier", identifier!, Separator + written)
            : ("sourceKey", sourceKey, source + Separator + Fold(source, sourceKey));
        var content = string.Join(Separator, plan.Attributes.Select(a => cells[a.Column]).Prepend(written));
        if (_keys.FindOther(number, folded, key, content) is not (var other, var isSpeltSo))
        {
            return null;
        }
        var spelling = isSpeltSo
            ? default
            : new Text(
                $" (spelt differently: {key} is compared without regard to that)",
                $"（写法不同，但 {key} 比较时不区分）"
            );
        return new(
            $"{field}: row {other} has the same one with other content{spelling.En}. Keep one of the rows, or give "
                + "each its own",
            $"{field}：与第 {other} 行相同而内容不同{spelling.Zh}。请只保留一行，或各给一个"
        );
    }

    /// <summary>A key in the form in which its source compares keys.</summary>
    private string Fold(string? source, string sourceKey)
    {
        if (source is null)
        {
            return sourceKey;
        }
        IEnumerable<Source> known = catalog.SourcesOf(source, null);
        // Where prefixes have sources of their own, keys that some of them tell apart may be two. A source that is not
        // there yet is made by its first key.
        var compares = known.FirstOrDefault(s => s.CaseSensitive) ?? known.FirstOrDefault() ?? Source.New(source, null);
        return compares.Fold(sourceKey);
    }

    /// <summary>True for a key that a spreadsheet has made a number of.</summary>
    public static bool IsSpoilt(string key) => Scientific().IsMatch(key);

    /// <summary>What is wrong with such a key.</summary>
    public static Text Spoilt(string key) =>
        new(
            $"sourceKey: {key} is a number as a spreadsheet writes it, with digits lost. Export the rows again, and "
                + "open them with this column as text",
            $"sourceKey：{key} 已被电子表格变为数字，位数已丢失。请重新导出，并将该列按文本打开"
        );

    [GeneratedRegex(@"^[0-9]([.,][0-9]+)?E[+-][0-9]{2,3}$")]
    private static partial Regex Scientific();

    private List<KeyValuePair<string, InputValue>> AttributesOf(string[] cells)
    {
        var attributes = new List<KeyValuePair<string, InputValue>>(plan.Attributes.Count);
        foreach (var (attribute, column) in plan.Attributes)
        {
            if (FormulaSafe.Undo(cells[column]) is { Length: > 0 } cell)
            {
                attributes.Add(KeyValuePair.Create(attribute.Code, Value(attribute, cell)));
            }
        }
        return attributes;
    }

    /// <summary>The trimmed text of a cell; null if it is blank or the column is -1.</summary>
    private static string? Cell(string[] cells, int column) =>
        column >= 0 && FormulaSafe.Undo(cells[column]).Trim() is { Length: > 0 } text ? text : null;

    private static InputValue Value(AttributeDefinition attribute, string cell)
    {
        if (!attribute.Repeated)
        {
            return Single(attribute, cell);
        }
        return FromJson(attribute, cell)
            ?? InputValue.OfList([
                .. cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(item => Single(attribute, item)),
            ]);
    }

    private static InputValue Single(AttributeDefinition attribute, string text) =>
        attribute.Type switch
        {
            AttributeType.Text => InputValue.OfText(text),
            // Spreadsheets write TRUE and FALSE.
            AttributeType.Boolean => InputValue.OfText(text.Trim().ToLowerInvariant()),
            _ => InputValue.OfText(text.Trim()),
        };

    // Export writes a JSON list if a value would be read differently between ';'.
    private static InputValue? FromJson(AttributeDefinition attribute, string cell)
    {
        if (!cell.StartsWith('['))
        {
            return null;
        }
        try
        {
            using var list = JsonDocument.Parse(cell);
            return InputValue.OfList([
                .. list
                    .RootElement.EnumerateArray()
                    .Select(item =>
                        item.ValueKind is JsonValueKind.String
                            ? InputValue.OfText(item.GetString()!)
                            : Single(attribute, item.GetRawText())
                    ),
            ]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is for half of a surrogate pair, escaped.
            return null;
        }
    }
}
