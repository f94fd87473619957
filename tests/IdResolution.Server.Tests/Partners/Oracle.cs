using System.Text.Json;
using System.Text.Json.Nodes;
using IdResolution.Core.Access;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// What a partner should get, worked out from what the owner gets: plain code over the grants, that shares nothing with
/// the node's.
/// </summary>
internal sealed class Oracle(
    IReadOnlyList<Grant> grants,
    IReadOnlyDictionary<string, Dictionary<string, Visibility>> templates,
    bool everybodyReads
)
{
    /// <summary>The record as the partner sees it; null where it does not.</summary>
    public JsonNode? Seen(JsonElement owners)
    {
        var covering = Covering(owners);
        if (covering.Count == 0 && !everybodyReads)
        {
            return null;
        }
        var seen = JsonNode.Parse(owners.GetRawText())!.AsObject();
        var shown = templates.GetValueOrDefault(owners.GetProperty("template").GetString() ?? "") ?? [];
        var attributes = seen["attributes"]!.AsObject();
        foreach (var code in attributes.Select(a => a.Key).ToList())
        {
            var isShown =
                shown[code] == Visibility.Public
                || covering.Any(g => g.Fields.Attributes.Contains(code) || Reaches(g.Fields.Visibility, shown[code]));
            if (!isShown)
            {
                attributes.Remove(code);
            }
        }
        if (!ShowsKeys(owners))
        {
            seen.Remove("source");
            seen.Remove("sourceKey");
            seen.Remove("furtherKeys");
        }
        seen.Remove("actor");
        seen.Remove("sequence");
        return seen;
    }

    /// <summary>The same where items are listed, or their past: what everybody may ask for is not.</summary>
    public JsonNode? Found(JsonElement owners) => Covering(owners).Count == 0 ? null : Seen(owners);

    /// <summary>True if some item may show an attribute.</summary>
    public bool MayShow(string template, string code) =>
        grants.Any(g =>
            g.EndedAt is null
            && (g.From is null || g.From <= DateTimeOffset.UtcNow)
            && (g.Until is null || g.Until > DateTimeOffset.UtcNow)
            && (g.Fields.Attributes.Contains(code) || Reaches(g.Fields.Visibility, templates[template][code]))
        );

    /// <summary>True if the keys by which other systems know the record are shown.</summary>
    public bool ShowsKeys(JsonElement owners) => Covering(owners).Any(g => g.Fields.Visibility == Visibility.Private);

    private static bool Reaches(Visibility granted, Visibility needed) =>
        granted switch
        {
            Visibility.Private => true,
            Visibility.Partner => needed != Visibility.Private,
            _ => needed == Visibility.Public,
        };

    private List<Grant> Covering(JsonElement record) =>
        [
            .. grants.Where(g =>
                g.EndedAt is null
                && (g.From is null || g.From <= DateTimeOffset.UtcNow)
                && (g.Until is null || g.Until > DateTimeOffset.UtcNow)
                && (g.Templates.Count == 0 || g.Templates.Contains(record.GetProperty("template").GetString()))
                && g.Where.All(c => Values(record, c.Attribute).Any(c.Values.Contains))
            ),
        ];

    private static IEnumerable<string> Values(JsonElement record, string code)
    {
        if (!record.GetProperty("attributes").TryGetProperty(code, out var value))
        {
            return [];
        }
        return value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().Select(v => v.ToString()),
            _ => [value.ToString()],
        };
    }
}
