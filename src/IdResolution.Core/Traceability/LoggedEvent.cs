using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>What the state of an event says of its rows in a store, to compare them.</summary>
/// <param name="Type">The type that the members mean; null if it was erased.</param>
/// <param name="Time">When it happened, in microseconds since 1970 UTC; null if it was erased.</param>
/// <param name="Scope">Of a hold, what it is about; null for none.</param>
/// <param name="Members">The rows; null for what was erased.</param>
public sealed record LoggedEvent(EventType? Type, long? Time, HoldScope? Scope, IReadOnlyList<EventMember?> Members)
{
    // In the order of the rows (EventContent.ToMembers).
    private static readonly string[] s_lists =
    [
        "e:inputs",
        "e:outputs",
        "e:parent",
        "e:children",
        "e:items",
        "e:documents",
        "e:equipment",
        "e:tools",
        "e:persons",
        "e:process",
        "e:place",
    ];

    // What has no identifier there is named by its URI.
    private static readonly string[] s_items = ["e:inputs", "e:outputs", "e:parent", "e:children", "e:items"];

    /// <summary>Reads a state.</summary>
    /// <exception cref="InvalidDataException">The bytes are no state of an event.</exception>
    public static LoggedEvent Read(ReadOnlySpan<byte> state)
    {
        var (type, meant, time, scope) = (default(string), default(string), default(string), default(string));
        var named = new List<JsonElement?>?[s_lists.Length];
        var reader = new StateReader(state);
        while (reader.Read())
        {
            var code = Encoding.UTF8.GetString(reader.Code);
            switch (code)
            {
                case "e:type":
                    type = Encoding.UTF8.GetString(reader.Value);
                    break;
                case "e:as":
                    meant = Encoding.UTF8.GetString(reader.Value);
                    break;
                case "e:time":
                    time = Encoding.UTF8.GetString(reader.Value);
                    break;
                case "e:scope":
                    scope = Encoding.UTF8.GetString(reader.Value);
                    break;
                default:
                    if (Array.IndexOf(s_lists, code) is >= 0 and var list)
                    {
                        named[list] = ThingsOf(reader.Form, reader.Value);
                    }
                    break;
            }
        }
        EventType? read = EventNames.TryParse(meant ?? type, out EventType known) ? known : null;
        return new LoggedEvent(read, TimeOf(time), ScopeOf(scope), MembersOf(named, read));
    }

    /// <summary>The row of a member, or of an element of a list; null for what has no rows.</summary>
    /// <param name="state">The state.</param>
    /// <param name="code">The code of the member.</param>
    /// <param name="index">The element of a list, from 0; 0 for what is no list.</param>
    internal static int? RowOf(ReadOnlySpan<byte> state, string code, int index)
    {
        var own = Array.IndexOf(s_lists, code);
        if (own < 0)
        {
            return null;
        }
        var row = index;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (Array.IndexOf(s_lists, Encoding.UTF8.GetString(reader.Code)) is >= 0 and var list && list < own)
            {
                row += reader.Form == StateForm.List ? new StateList(reader.Value).Count : 1;
            }
        }
        return row;
    }

    private static List<EventMember?> MembersOf(List<JsonElement?>?[] named, EventType? type)
    {
        var members = new List<EventMember?>();
        for (var i = 0; i < named.Length; i++)
        {
            var role = EventContent.RoleOf(s_lists[i], type ?? EventType.Observe);
            foreach (var thing in named[i] ?? [])
            {
                members.Add(thing is { } shown ? MemberOf(role, shown, s_items.Contains(s_lists[i])) : null);
            }
        }
        return members;
    }

    private static List<JsonElement?> ThingsOf(StateForm form, ReadOnlySpan<byte> value)
    {
        if (form != StateForm.List)
        {
            return [Parse(value)];
        }
        var things = new List<JsonElement?>();
        var list = new StateList(value);
        while (list.Read())
        {
            things.Add(list.IsErased ? null : Parse(list.Value));
        }
        return things;
    }

    private static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The stored state names something that is no JSON.", e);
        }
    }

    private static EventMember MemberOf(MemberRole role, JsonElement thing, bool isItem)
    {
        var identifier = TextOf(thing, "identifier");
        var text = identifier ?? TextOf(thing, "text") ?? "";
        return new EventMember(
            role,
            KeyOf(),
            TextOf(thing, "quantity"),
            TextOf(thing, "unit"),
            TextOf(thing, "position"),
            text
        );

        ItemKey KeyOf()
        {
            if (identifier is not null)
            {
                return ItemKey.Stored(LookupKey.Of(text).Bytes);
            }
            return isItem && text.Length > 0 ? ItemKey.OfUri(text) : ItemKey.OfText(text);
        }
    }

    private static string? TextOf(JsonElement thing, string name)
    {
        if (thing.ValueKind != JsonValueKind.Object || !thing.TryGetProperty(name, out var value))
        {
            return null;
        }
        return value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
    }

    private static long? TimeOf(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var parsed) ? Micros.Of(parsed) : null;

    private static HoldScope? ScopeOf(string? scope)
    {
        if (scope == EventState.ScopeName(HoldScope.Item))
        {
            return HoldScope.Item;
        }
        return scope == EventState.ScopeName(HoldScope.MadeFrom) ? HoldScope.MadeFrom : null;
    }
}
