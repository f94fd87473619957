using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>The entries that a record has in the indexes beside it.</summary>
internal static class RecordIndexes
{
    /// <summary>What a search finds it by: each value of a searchable attribute once.</summary>
    public static List<SearchEntry> Search(RecordContent content)
    {
        var entries = new List<SearchEntry>(4);
        for (var i = 0; i < content.Attributes.Length; i++)
        {
            if (
                content.Attributes[i] is { } value
                && content.Template!.Attributes[i] is { Searchable: true, State: AttributeState.Active } attribute
            )
            {
                if (!attribute.Repeated)
                {
                    entries.Add(new SearchEntry(attribute.Index, ValueCodec.SearchText(attribute, value)));
                    continue;
                }
                foreach (var item in ValueCodec.Items(attribute, value))
                {
                    var entry = new SearchEntry(attribute.Index, ValueCodec.SearchText(attribute, item));
                    if (!entries.Contains(entry))
                    {
                        entries.Add(entry);
                    }
                }
            }
        }
        return entries;
    }

    /// <summary>What no other record of the template may have.</summary>
    public static IReadOnlyList<UniqueEntry> Unique(RecordContent content)
    {
        List<UniqueEntry>? entries = null;
        for (var i = 0; i < content.Attributes.Length; i++)
        {
            if (content.Attributes[i] is { } value && content.Template!.Attributes[i] is { Unique: true } attribute)
            {
                (entries ??= []).Add(
                    new UniqueEntry(attribute.Index, attribute.Code, SHA256.HashData(Encoding.UTF8.GetBytes(value)))
                );
            }
        }
        return entries ?? (IReadOnlyList<UniqueEntry>)[];
    }
}
