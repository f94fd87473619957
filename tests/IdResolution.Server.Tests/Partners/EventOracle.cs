using System.Text.Json;
using System.Text.Json.Nodes;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// What a partner should get of events, worked out from what the owner gets: plain code over the grants, that shares
/// nothing with the node's.
/// </summary>
internal sealed class EventOracle(IReadOnlyList<Grant> grants, IReadOnlyDictionary<string, JsonElement> records)
{
    private static readonly string[] s_things =
    [
        "items",
        "inputs",
        "outputs",
        "children",
        "documents",
        "equipment",
        "tools",
        "persons",
        "parent",
        "place",
        "process",
    ];

    private static readonly string[] s_plain =
    [
        "event",
        "status",
        "recordedAt",
        "type",
        "as",
        "time",
        "zone",
        "disposition",
        "scope",
    ];

    /// <summary>True if the partner sees an item.</summary>
    public bool Sees(string? id) => Covering(id).Count > 0;

    /// <summary>The kinds of links that are shown and followed at an item.</summary>
    public HashSet<string> LinksOf(string id) => [.. Covering(id).SelectMany(g => g.Fields.Links)];

    /// <summary>True if hidden items beside one that is seen stand without a name.</summary>
    public bool ShowsGaps(string id) => Covering(id).Exists(g => g.Hidden == HiddenForm.Anonymous);

    /// <summary>True if an event of a type is shown that an item has a part in.</summary>
    public bool Shows(string? id, string type) => Covering(id).Exists(g => g.Fields.Events.Contains(type));

    /// <summary>The event as the partner sees it; null where it does not.</summary>
    public JsonNode? Seen(JsonElement owners, Func<string, JsonElement?> find)
    {
        var type = TypeOf(owners);
        var named = s_things.SelectMany(member => NamesIn(owners, member)).ToList();
        if (!named.Exists(id => Shows(id, type)))
        {
            return null;
        }
        var measured = named.Exists(id =>
            Covering(id).Exists(g => g.Fields.Measurements && g.Fields.Events.Contains(type))
        );
        var all = JsonNode.Parse(owners.GetRawText())!.AsObject();
        var seen = new JsonObject();
        foreach (var (name, value) in all)
        {
            if (s_plain.Contains(name))
            {
                seen[name] = value!.DeepClone();
            }
            else if ((s_things.Contains(name) || name == "step") && value is JsonObject)
            {
                if (Sees((string?)value["identifier"]))
                {
                    seen[name] = value.DeepClone();
                }
            }
            else if (s_things.Contains(name))
            {
                Add(name, value!.AsArray().Where(thing => Sees((string?)thing!["identifier"])));
            }
            else if (name is "measurements" or "defects" && measured)
            {
                Add(name, value!.AsArray().Select(WithoutInstrument));
            }
            else if (name == "corrects" && IsSeen((string)value!))
            {
                seen[name] = value!.DeepClone();
            }
            else if (name == "holds")
            {
                Add(name, value!.AsArray().Where(id => IsSeen((string)id!)));
            }
        }
        return seen;

        bool IsSeen(string id) => find(id) is { } other && Seen(other, static _ => null) is not null;

        void Add(string name, IEnumerable<JsonNode?> values)
        {
            var left = new JsonArray([.. values.Select(v => v!.DeepClone())]);
            if (left.Count > 0)
            {
                seen[name] = left;
            }
        }
    }

    /// <summary>The type that the members of an event mean.</summary>
    public static string TypeOf(JsonElement one) =>
        (one.TryGetProperty("as", out var meant) ? meant : one.GetProperty("type")).GetString()!;

    /// <summary>The identifiers in a member of an event.</summary>
    public static IEnumerable<string> NamesIn(JsonElement one, string member)
    {
        if (!one.TryGetProperty(member, out var value))
        {
            return [];
        }
        var things = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value };
        return things
            .Where(thing => thing.TryGetProperty("identifier", out _))
            .Select(thing => thing.GetProperty("identifier").GetString()!);
    }

    private static JsonNode? WithoutInstrument(JsonNode? one)
    {
        var copy = one!.DeepClone().AsObject();
        copy.Remove("instrument");
        return copy;
    }

    private List<Grant> Covering(string? id) =>
        id is not null && records.TryGetValue(id, out var record)
            ?
            [
                .. grants.Where(g =>
                    g.EndedAt is null
                    && (g.Until is null || g.Until > DateTimeOffset.UtcNow)
                    && (g.Templates.Count == 0 || g.Templates.Contains(record.GetProperty("template").GetString()))
                    && g.Where.All(c =>
                        record.GetProperty("attributes").TryGetProperty(c.Attribute, out var value)
                        && c.Values.Contains(value.ToString())
                    )
                ),
            ]
            : [];
}
