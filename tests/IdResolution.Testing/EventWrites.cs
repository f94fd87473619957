using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Testing;

/// <summary>Writes of events as the core hands them to a store, for tests of stores alone.</summary>
public static class EventWrites
{
    /// <summary>An event of some members; its time is this many minutes after <see cref="RecordWrites.Time"/>.</summary>
    public static EventWrite Event(string key, EventType type, int minute, params EventMember[] members)
    {
        var state = State(type, key);
        return new EventWrite
        {
            Type = type,
            Time = RecordWrites.Time + (minute * 60_000_000L),
            Identity = RecordWrites.Digest("identity " + key),
            Digest = RecordWrites.Digest("content " + key),
            State = state,
            Commitments = Commitments.Of(state),
            Members = members,
            Actor = 7,
            RecordedAt = RecordWrites.Time + 1_000,
        };
    }

    /// <summary>A hold of items.</summary>
    public static EventWrite Hold(string key, HoldScope scope, int minute, params string[] items) =>
        Event(key, EventType.Hold, minute, [.. items.Select(i => Member(MemberRole.Item, i))]) with
        {
            Hold = scope,
        };

    /// <summary>A correction that voids an event.</summary>
    public static EventWrite Correction(string key, int minute, long voided) =>
        Event(key, EventType.Correct, minute) with
        {
            Voids = voided,
        };

    /// <summary>
    /// The write with the state that the core makes of its members, as far as they have no role of their own in it.
    /// </summary>
    public static EventWrite Logged(EventWrite write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var state = new StateWriter();
        state.Add("e:type", write.Type.ToString().ToLowerInvariant());
        state.Add("e:time", Micros.ToTime(write.Time).ToString("O", CultureInfo.InvariantCulture));
        foreach (var role in write.Members.GroupBy(m => m.Role))
        {
            var things = role.Select(Json);
            if (role.Key == MemberRole.Place)
            {
                state.Add("e:place", things.Single(), StateForm.Json);
                continue;
            }
            state.BeginList($"e:{role.Key.ToString().ToLowerInvariant()}s");
            foreach (var thing in things)
            {
                state.AddElement(Encoding.UTF8.GetBytes(thing), StateForm.Json);
            }
            state.EndList();
        }
        if (write.Hold is { } scope)
        {
            state.Add("e:scope", scope == HoldScope.Item ? "item" : "made-from");
        }
        var bytes = state.ToState();
        return write with { State = bytes, Commitments = Commitments.Of(bytes) };
    }

    /// <summary>The part of an item, whose identifier or text (with <c>#</c> before it) is given.</summary>
    public static EventMember Member(
        MemberRole role,
        string item,
        string? quantity = null,
        string? unit = null,
        string? position = null
    ) => new(role, Key(item), quantity, unit, position, item.TrimStart('#'));

    /// <summary>The key of an identifier, of a URI, or of a text with <c>#</c> before it.</summary>
    public static ItemKey Key(string item)
    {
        if (item.StartsWith('#'))
        {
            return ItemKey.OfText(item[1..]);
        }
        return ItemUri.IsUri(item) ? ItemKey.OfUri(item) : ItemKey.Stored(LookupKey.Of(item).Bytes);
    }

    private static string Json(EventMember member)
    {
        var thing = new Dictionary<string, string?>
        {
            [member.Item.IsText ? "text" : "identifier"] = member.Spelling,
            ["quantity"] = member.Quantity,
            ["unit"] = member.Unit,
            ["position"] = member.Position,
        };
        return JsonSerializer.Serialize(thing.Where(t => t.Value is not null).ToDictionary());
    }

    private static byte[] State(EventType type, string key)
    {
        var state = new StateWriter();
        state.Add("e:type", ((int)type).ToString(CultureInfo.InvariantCulture));
        state.AddList("k:mes", key);
        return state.ToState();
    }
}
