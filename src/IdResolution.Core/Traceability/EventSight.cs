using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What a partner sees of events: those where an item that it sees has a part, and a grant that covers that item names
/// the type. Of them it sees the items that it sees; what nobody registered is not seen. Not thread-safe.
/// </summary>
internal sealed class EventSight(IEventStore store, EventIds ids, ItemSights items, string partner)
{
    private static readonly MemberRole[] s_roles = Enum.GetValues<MemberRole>();

    // Texts of people, keys of the owner's systems and what others put in tell of more than is to be seen.
    private static readonly FrozenSet<string> s_plain = FrozenSet.Create(
        "e:type",
        "e:as",
        "e:time",
        "e:zone",
        "e:disposition",
        "e:scope"
    );

    /// <summary>The events that are seen, in their order, each with what is seen of it.</summary>
    public async ValueTask<IReadOnlyList<StoredEvent>> ShownAsync(
        IReadOnlyList<StoredEvent> events,
        CancellationToken cancellationToken
    )
    {
        var parts = await PartsAsync(events, cancellationToken);
        var seen = events.Where(stored => Shows(parts[stored.Object], stored.Type)).ToList();
        if (seen.Count == 0)
        {
            return [];
        }
        var things = await ThingsAsync(seen, cancellationToken);
        var others = await SeenAsync([.. seen.SelectMany(stored => Named(stored.State))], cancellationToken);
        return [.. seen.Select(stored => Shown(stored, [.. parts[stored.Object]], things, others))];
    }

    /// <summary>Those of some holds whose events are seen, without what people wrote of them.</summary>
    public async ValueTask<IReadOnlyList<HoldStatus>[]> ShownAsync(
        IReadOnlyList<HoldStatus>[] all,
        CancellationToken cancellationToken
    )
    {
        var seen = await SeenAsync([.. all.SelectMany(static holds => holds).Select(NumberOf)], cancellationToken);
        return Array.ConvertAll(
            all,
            IReadOnlyList<HoldStatus> (holds) =>
                [
                    .. holds
                        .Where(hold => seen.Contains(NumberOf(hold)))
                        .Select(hold => hold with { Event = ids.Of(NumberOf(hold), partner), Reason = null }),
                ]
        );
    }

    private long NumberOf(HoldStatus hold) => ids.TryParse(hold.Event.ToString(), out var number) ? number : 0;

    /// <summary>Those of some events, by their object numbers, that are seen.</summary>
    private async ValueTask<IReadOnlySet<long>> SeenAsync(
        IReadOnlyList<long> events,
        CancellationToken cancellationToken
    )
    {
        if (events.Count == 0)
        {
            return FrozenSet<long>.Empty;
        }
        var found = await store.FindAllAsync([.. events.Distinct()], cancellationToken);
        var parts = await PartsAsync(found, cancellationToken);
        return found
            .Where(stored => Shows(parts[stored.Object], stored.Type))
            .Select(static stored => stored.Object)
            .ToFrozenSet();
    }

    private async ValueTask<ILookup<long, EventPart>> PartsAsync(
        IReadOnlyList<StoredEvent> events,
        CancellationToken cancellationToken
    )
    {
        var parts = await store.MembersAsync([.. events.Select(static e => e.Object)], s_roles, cancellationToken);
        await items.ReadAsync(parts.Select(static part => part.Item), cancellationToken);
        return parts.ToLookup(static part => part.Event);
    }

    private bool Shows(IEnumerable<EventPart> parts, EventType type) =>
        parts.Any(part => items.Of(part.Item) is { } view && view.Events.Contains(EventNames.Of(type)));

    /// <summary>The object numbers of the events that an event names.</summary>
    private List<long> Named(byte[] state)
    {
        var named = new List<long>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual("e:corrects"u8))
            {
                Add(Encoding.UTF8.GetString(reader.Value));
            }
            else if (reader.Code.SequenceEqual("e:holds"u8))
            {
                var list = new StateList(reader.Value);
                while (list.Read())
                {
                    Add(list.IsErased ? null : IdIn(list.Value));
                }
            }
        }
        return named;

        void Add(string? id)
        {
            if (ids.TryParse(id, out var number))
            {
                named.Add(number);
            }
        }
    }

    /// <summary>The identifiers in some events that name items which are seen.</summary>
    private async ValueTask<IReadOnlySet<string>> ThingsAsync(
        IReadOnlyList<StoredEvent> events,
        CancellationToken cancellationToken
    )
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stored in events)
        {
            Collect(stored.State, named);
        }
        string[] texts = [.. named];
        var numbers = await store.NumbersAsync(
            Array.ConvertAll(texts, static text => ItemKey.Stored(LookupKey.Of(text).Bytes)),
            cancellationToken
        );
        await items.ReadAsync(numbers, cancellationToken);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < texts.Length; i++)
        {
            if (items.Of(numbers[i]) is not null)
            {
                seen.Add(texts[i]);
            }
        }
        return seen;
    }

    private static void Collect(byte[] state, HashSet<string> named)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (!EventState.HoldsThings(reader.Code))
            {
                continue;
            }
            if (reader.Form != StateForm.List)
            {
                Add(IdentifierIn(reader.Value));
                continue;
            }
            var list = new StateList(reader.Value);
            while (list.Read())
            {
                Add(list.IsErased ? null : IdentifierIn(list.Value));
            }
        }

        void Add(string? identifier)
        {
            if (identifier is not null)
            {
                named.Add(identifier);
            }
        }
    }

    private StoredEvent Shown(
        StoredEvent stored,
        EventPart[] parts,
        IReadOnlySet<string> things,
        IReadOnlySet<long> others
    )
    {
        var measured = parts.Any(part => items.Of(part.Item)?.Measured.Contains(EventNames.Of(stored.Type)) == true);
        var state = new StateWriter();
        var reader = new StateReader(stored.State);
        while (reader.Read())
        {
            var code = Encoding.UTF8.GetString(reader.Code);
            if (s_plain.Contains(code))
            {
                state.Add(code, reader.Value, reader.Form);
            }
            else if (code == "e:corrects")
            {
                if (Told(Encoding.UTF8.GetString(reader.Value)) is { } corrected)
                {
                    state.Add(code, corrected);
                }
            }
            else if (reader.Form != StateForm.List)
            {
                if (
                    EventState.HoldsThings(reader.Code)
                    && IdentifierIn(reader.Value) is { } one
                    && things.Contains(one)
                )
                {
                    state.Add(code, reader.Value, reader.Form);
                }
            }
            else if (code == "e:holds")
            {
                AddList(
                    state,
                    code,
                    reader.Value,
                    value => Told(IdIn(value)) is { } id ? Encoding.UTF8.GetBytes($"\"{id}\"") : null
                );
            }
            else if (code == "e:defects" && measured)
            {
                AddList(state, code, reader.Value, static value => value);
            }
            else if (code == "e:measurements" && measured)
            {
                AddList(state, code, reader.Value, WithoutInstrument);
            }
            else if (EventState.HoldsThings(reader.Code))
            {
                AddList(
                    state,
                    code,
                    reader.Value,
                    value => IdentifierIn(value) is { } one && things.Contains(one) ? value : null
                );
            }
        }
        return stored with { State = state.ToState(), Made = 0, Actor = 0 };

        string? Told(string? id) =>
            ids.TryParse(id, out var number) && others.Contains(number) ? ids.Of(number, partner).ToString() : null;
    }

    private static void AddList(StateWriter state, string code, ReadOnlySpan<byte> value, Func<byte[], byte[]?> shown)
    {
        var left = new List<byte[]>();
        var list = new StateList(value);
        while (list.Read())
        {
            if (!list.IsErased && shown(list.Value.ToArray()) is { } one)
            {
                left.Add(one);
            }
        }
        if (left.Count == 0)
        {
            return;
        }
        state.BeginList(code);
        foreach (var one in left)
        {
            state.AddElement(one, StateForm.Json);
        }
        state.EndList();
    }

    /// <summary>A measurement without what it was measured with, which is a thing of the owner's.</summary>
    private static byte[] WithoutInstrument(byte[] json)
    {
        using var given = JsonDocument.Parse(json);
        var bytes = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            foreach (var member in given.RootElement.EnumerateObject().Where(m => !m.NameEquals("instrument"u8)))
            {
                member.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static string? IdentifierIn(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var thing = JsonElement.ParseValue(ref reader);
        return thing.TryGetProperty("identifier"u8, out var identifier) ? identifier.GetString() : null;
    }

    private static string? IdIn(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader).GetString();
    }
}
