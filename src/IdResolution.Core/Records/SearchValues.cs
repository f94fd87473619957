using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>The search index: each different value of a searchable attribute, for every active record.</summary>
public static class SearchValues
{
    /// <summary>The table <c>search_values</c>. Several records may have the same row values.</summary>
    public static SideTable Table { get; } =
        new()
        {
            Name = "search_values",
            Title = "search index",
            Columns =
            [
                new("template", SideColumnKind.Code, 64),
                new("attribute", SideColumnKind.Number),
                new("text", SideColumnKind.Text, 600),
            ],
            PartOf = row => $"attribute {row.Values[1].Number} of {row.Values[0].Text}",
            Fill = Fill,
        };

    /// <summary>Makes a row for one value.</summary>
    /// <param name="template">The code of the record's template.</param>
    /// <param name="attribute">The attribute's Handle index.</param>
    /// <param name="text">The value as <see cref="ValueCodec.SearchText"/> gives it.</param>
    public static SideRow Row(string template, int attribute, string text) => new(Table, [template, attribute, text]);

    private static void Fill(RecordContent content, List<SideRow> rows)
    {
        for (var i = 0; i < content.Attributes.Length; i++)
        {
            if (
                content.Attributes[i] is { } value
                && content.Template!.Attributes[i] is { Searchable: true, State: AttributeState.Active } attribute
            )
            {
                Fill(content.Template.Code, attribute, value, rows);
            }
        }
    }

    private static void Fill(string template, AttributeDefinition attribute, string value, List<SideRow> rows)
    {
        if (!attribute.Repeated)
        {
            rows.Add(Row(template, attribute.Index, ValueCodec.SearchText(attribute, value)));
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in ValueCodec.Items(attribute, value))
        {
            var text = ValueCodec.SearchText(attribute, item);
            if (seen.Add(text))
            {
                rows.Add(Row(template, attribute.Index, text));
            }
        }
    }
}
