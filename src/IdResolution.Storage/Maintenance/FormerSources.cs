using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;

namespace IdResolution.Storage.Maintenance;

/// <summary>The sources of business keys that a restored database and the former one have.</summary>
internal sealed class FormerSources
{
    private const string Documents = "SELECT json FROM documents WHERE kind = 5 AND code LIKE 'source:%'";

    private readonly List<Source> _sources = [];

    /// <summary>Adds those of a database. Of two alike, the first counts.</summary>
    public void Read(SalvagedRows rows) =>
        _sources.AddRange(rows.Read(Documents, row => row[0] as string ?? "").Select(SourceIn).OfType<Source>());

    /// <summary>A key as its source folds it, or as one folds it that nobody made before its first key.</summary>
    public string Fold(string code, string key, LookupKey identifier)
    {
        var prefix = identifier.ToString().Split('/')[0];
        var source = _sources.Find(s =>
            s.Code == code && (s.Prefix is null || s.Prefix.Equals(prefix, StringComparison.OrdinalIgnoreCase))
        );
        try
        {
            return (source ?? Source.New(code, prefix)).Fold(key);
        }
        catch (ArgumentException)
        {
            // What is damaged may be no text.
            return key;
        }
    }

    private static Source? SourceIn(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CatalogJson.Stored.Source);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
