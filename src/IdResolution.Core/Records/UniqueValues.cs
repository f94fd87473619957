using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.Records;

/// <summary>The values that only one active record of a template may have.</summary>
public static class UniqueValues
{
    /// <summary>The table <c>unique_values</c>. It holds SHA-256 hashes, because values may be long.</summary>
    public static SideTable Table { get; } =
        new()
        {
            Name = "unique_values",
            Title = "unique values",
            Columns =
            [
                new("template", SideColumnKind.Code, 64),
                new("attribute", SideColumnKind.Number),
                new("hash", SideColumnKind.Bytes, SHA256.HashSizeInBytes),
            ],
            HasOneHolder = true,
            PartOf = row => $"attribute {row.Values[1].Number} of {row.Values[0].Text}",
            Fill = Fill,
        };

    /// <summary>Makes a row for one value.</summary>
    /// <param name="template">The code of the record's template.</param>
    /// <param name="attribute">The attribute's Handle index.</param>
    /// <param name="code">The attribute's code, for the error on a conflict.</param>
    /// <param name="value">The canonical value.</param>
    public static SideRow Row(string template, int attribute, string code, string value) =>
        new(Table, [template, attribute, SHA256.HashData(Encoding.UTF8.GetBytes(value))], code);

    private static void Fill(RecordContent content, List<SideRow> rows)
    {
        for (var i = 0; i < content.Attributes.Length; i++)
        {
            if (content.Attributes[i] is { } value && content.Template!.Attributes[i] is { Unique: true } attribute)
            {
                rows.Add(Row(content.Template.Code, attribute.Index, attribute.Code, value));
            }
        }
    }
}
