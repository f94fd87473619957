using System.Text.Json;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>Events as a table for people, a line each.</summary>
internal static class EventTable
{
    // An event may name ten thousand items; a line names the first of them and says how many more there are.
    private const int MaxNamed = 2;

    private static readonly string[] s_from = ["inputs", "children", "items"];
    private static readonly string[] s_to = ["outputs", "parent", "documents"];

    public static string Of(IReadOnlyList<ShownEvent> events)
    {
        var table = new TextTable("TIME", "TYPE", "STATUS", "ITEMS", "INTO", "PLACE", "STEP", "EVENT");
        foreach (var shown in events)
        {
            // The members are read from the form that programs get, so that both say the same.
            using var json = JsonDocument.Parse(
                IndentedJson.Write(writer => EventJson.Write(writer, shown), indented: false)
            );
            var members = json.RootElement;
            table.Add(
                Text(members, "time"),
                Text(members, "type"),
                Text(members, "status"),
                Names(members, s_from),
                Names(members, s_to),
                Names(members, ["place"]),
                Names(members, ["step"]),
                Text(members, "event")
            );
        }
        return table.ToString();
    }

    private static string Text(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) ? value.ToString() : "";

    /// <summary>The things in the first of some members that the event has.</summary>
    private static string Names(JsonElement members, string[] names)
    {
        foreach (var name in names)
        {
            if (!members.TryGetProperty(name, out var things))
            {
                continue;
            }
            if (things.ValueKind != JsonValueKind.Array)
            {
                return Name(things);
            }
            var named = string.Join(", ", things.EnumerateArray().Take(MaxNamed).Select(Name));
            return things.GetArrayLength() is > MaxNamed and var count ? $"{named} (+{count - MaxNamed})" : named;
        }
        return "";
    }

    private static string Name(JsonElement thing) =>
        thing.ValueKind switch
        {
            JsonValueKind.String => thing.GetString()!,
            JsonValueKind.Object when thing.TryGetProperty("identifier", out var identifier) => identifier.ToString(),
            JsonValueKind.Object when thing.TryGetProperty("text", out var text) => text.ToString(),
            // It was erased.
            _ => "–",
        };
}
