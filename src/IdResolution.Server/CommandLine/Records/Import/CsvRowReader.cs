using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>Turns rows into registrations.</summary>
/// <param name="plan">Says which column means what.</param>
/// <param name="fileSource">
/// The source of rows without business key and identifier: it stands for the file itself.
/// </param>
internal sealed class CsvRowReader(ImportPlan plan, string fileSource)
{
    public ImportRow Read(long number, string[] cells, string? fault)
    {
        if (fault is not null)
        {
            return new ImportRow(number, cells, null, fault);
        }
        var identifier = Cell(cells, plan.IdentifierColumn);
        var source = Cell(cells, plan.SourceColumn) ?? plan.Source;
        var sourceKey = Cell(cells, plan.SourceKeyColumn);
        if (identifier is null && sourceKey is null)
        {
            if (plan.SourceKeyColumn >= 0)
            {
                return new ImportRow(number, cells, null, "sourceKey: the row has neither a key nor an identifier");
            }
            (source, sourceKey) = (fileSource, number.ToString(CultureInfo.InvariantCulture));
        }
        var request = new RegistrationRequest
        {
            Template = plan.Template.Code,
            Identifier = identifier,
            Source = source,
            SourceKey = sourceKey,
            Attributes = AttributesOf(cells),
        };
        return new ImportRow(number, cells, request, null);
    }

    private List<KeyValuePair<string, InputValue>> AttributesOf(string[] cells)
    {
        var attributes = new List<KeyValuePair<string, InputValue>>(plan.Attributes.Count);
        foreach (var (attribute, column) in plan.Attributes)
        {
            if (cells[column].Length > 0)
            {
                attributes.Add(KeyValuePair.Create(attribute.Code, Value(attribute, cells[column])));
            }
        }
        return attributes;
    }

    /// <summary>The trimmed text of a cell; null if it is blank or the column is -1.</summary>
    private static string? Cell(string[] cells, int column) =>
        column >= 0 && cells[column].Trim() is { Length: > 0 } text ? text : null;

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
        catch (JsonException)
        {
            return null;
        }
    }
}
