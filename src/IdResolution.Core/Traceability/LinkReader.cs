using System.Runtime.CompilerServices;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>Makes the events that links in their short form mean. Thread-safe.</summary>
public sealed class LinkReader(
    ThingFinder finder,
    IEventStore store,
    StatusReader statuses,
    EventRecorder recorder,
    EventRules rules,
    TimeProvider time
)
{
    // A part that was replaced more often by the same one in its life is none.
    private const int MostReplacements = 16;

    private static readonly ThingRequest s_self = new() { IsSelf = true };

    /// <summary>The event that a link means.</summary>
    public ValueTask<Result<EventRequest>> ToEventAsync(
        LinkRequest link,
        Caller caller,
        CancellationToken cancellationToken
    ) => ToEventAsync(link, null, caller, cancellationToken);

    /// <summary>The event that a link of the item means that is being registered.</summary>
    internal async ValueTask<Result<EventRequest>> ToEventOfAsync(
        LinkRequest link,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        link.From is null
            ? await ToEventAsync(link, s_self, caller, cancellationToken)
            : RegistrationEventErrors.FromGiven();

    private async ValueTask<Result<EventRequest>> ToEventAsync(
        LinkRequest link,
        ThingRequest? self,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(link);
        if (AccessPolicy.RequireOfNode(caller, Role.Registrar) is { } refused)
        {
            return refused;
        }
        var faults = new Faults();
        if (!EventNames.TryParse(link.Type, out LinkKinds kind))
        {
            var known = string.Join(", ", EventNames.Kinds);
            faults.Add("type", $"must be one of {known}", $"应为以下之一：{known}");
        }
        var isOrder = kind is LinkKinds.Covers or LinkKinds.Ships;
        // Found here, so that faults name the fields of the link.
        var from = self ?? await FindAsync(link.From, "from", !isOrder, caller, faults, cancellationToken);
        var to = await FindAsync(link.To, "to", kind != LinkKinds.ProducedBy, caller, faults, cancellationToken);
        CheckMembers(link, faults);
        faults.TryCombine(out var error);
        if (Faults.Join(link.Misread, error) is { } faulty)
        {
            return faulty;
        }
        var request = new EventRequest
        {
            Time = link.Time ?? time.GetUtcNow().ToString("O"),
            IsUntimed = link.Time is null,
            Link = link.Type,
            Zone = link.Zone,
            Source = link.Source,
            SourceKey = link.SourceKey,
        };
        var part = to! with
        {
            Quantity = link.Quantity ?? to.Quantity,
            Unit = link.Unit ?? to.Unit,
            Position = link.Position ?? to.Position,
        };
        return kind switch
        {
            LinkKinds.Consumes => request with { Type = "transform", Inputs = [part], Outputs = [from!] },
            LinkKinds.Contains => request with { Type = "assemble", Parent = from, Children = [part] },
            LinkKinds.Covers => request with { Type = "cover", Documents = [from!], Items = [part] },
            LinkKinds.Ships => request with { Type = "ship", Documents = [from!], Items = [part] },
            LinkKinds.Replaces => await ReplaceAsync(request, from!, part, caller, cancellationToken),
            _ => await OperateAsync(request, from!, part, cancellationToken),
        };
    }

    /// <summary>Checks the members besides both ends as the event's check does, so that all is named at once.</summary>
    private void CheckMembers(LinkRequest link, Faults faults)
    {
        const string Within = "link.";
        var own = new Faults();
        EventTexts.Number(link.Quantity, "link", "quantity", own, isAmount: true);
        EventTexts.Check(link.Unit, "link", "unit", EventTexts.MaxUnit, own);
        EventTexts.Check(link.Position, "link", "position", EventRules.MaxText, own);
        if (own.TryCombine(out var error))
        {
            faults.Add(ErrorFields.Called(error, static field => field[Within.Length..]));
        }
        var now = time.GetUtcNow();
        EventTimes.Read(link.Time ?? now.ToString("O"), link.Zone, now, rules.MaxAhead, faults);
        if (link.Source is not null || link.SourceKey is not null)
        {
            SourceRules.CheckNeeded(link.Source, link.SourceKey, "", faults);
        }
    }

    private async ValueTask<ThingRequest?> FindAsync(
        ThingRequest? given,
        string field,
        bool mustBeItem,
        Caller caller,
        Faults faults,
        CancellationToken cancellationToken
    )
    {
        if (given is null)
        {
            faults.Add(field, "is needed", "不能为空");
            return null;
        }
        var thing = await finder.FindAsync(given, field, mustBeItem, caller, faults, cancellationToken);
        return thing is null
            ? null
            : new ThingRequest
            {
                Identifier = thing.Identifier?.Text,
                Text = thing.Text,
                Quantity = given.Quantity,
                Unit = given.Unit,
                Position = given.Position,
                Type = given.Type,
            };
    }

    /// <summary>A replacement happens in the parent of the old part.</summary>
    private async ValueTask<Result<EventRequest>> ReplaceAsync(
        EventRequest request,
        ThingRequest newPart,
        ThingRequest oldPart,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var read = await finder.NameAsync(oldPart.Identifier ?? oldPart.Text, "to", caller, cancellationToken);
        if (!read.TryGet(out var old, out var error))
        {
            return error;
        }
        var replace = request with { Type = "replace", Inputs = [oldPart] };
        // Once it is replaced, the old part is not there any more: the same link again is known by what it did.
        var named = await finder.NameAsync(newPart.Identifier ?? newPart.Text, "from", caller, cancellationToken);
        ItemKey[] parts = named.TryGet(out var another, out _) ? [old.Key, another.Key] : [];
        await foreach (var (into, position) in ReplacementsAsync(parts, cancellationToken))
        {
            var sent = In(replace, into, newPart, oldPart.Position ?? position);
            if (await recorder.FindAsync(sent, caller, cancellationToken) is not null)
            {
                return sent;
            }
        }
        var status = await statuses.ReadAsync(old, caller, cancellationToken);
        return status is { IsOk: true, Value.Parent: { } parent }
            ? In(replace, parent, newPart, oldPart.Position ?? status.Value.Position)
            : Error.Of(
                ErrorCode.InvalidValue,
                $"to: {old} is in nothing. Where it was, an event of type replace can say by its parent.",
                $"to：{old} 不在任何部件之中。请用类型为 replace 的事件以 parent 说明其所在。",
                "to"
            );
    }

    private static EventRequest In(EventRequest replace, string parent, ThingRequest newPart, string? position) =>
        replace with
        {
            Parent = new ThingRequest { Text = parent },
            Outputs = [newPart with { Position = position }],
        };

    /// <summary>The parents in which a part was replaced by another, and where, the latest first.</summary>
    private async IAsyncEnumerable<(string Parent, string? Position)> ReplacementsAsync(
        ItemKey[] parts,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // The item that is being registered replaced nothing yet.
        var numbers = await store.NumbersAsync(parts, cancellationToken);
        if (numbers.Count == 0 || numbers[0] == 0 || numbers[1] == 0)
        {
            yield break;
        }
        var removals = await store.PartsAsync(
            numbers[0],
            [MemberRole.Removed],
            long.MaxValue,
            MostReplacements,
            cancellationToken
        );
        foreach (var removal in removals.Where(static r => r.Type == EventType.Replace))
        {
            var members = await store.MembersAsync(
                [removal.Event],
                [MemberRole.Parent, MemberRole.Child],
                cancellationToken
            );
            var parent = members.FirstOrDefault(static m => m.Role == MemberRole.Parent).Item;
            foreach (var child in members.Where(m => m.Role == MemberRole.Child && m.Item == numbers[1]))
            {
                if (await ParentOfAsync(removal.Event, parent, cancellationToken) is { } into)
                {
                    yield return (into, child.Position);
                }
            }
        }
    }

    /// <summary>
    /// The parent as an event named it, which recognises the event; once that was erased, as it is called now.
    /// </summary>
    private async ValueTask<string?> ParentOfAsync(long replace, long parent, CancellationToken cancellationToken)
    {
        var named = await store.FindAsync(replace, cancellationToken) is { } stored
            ? LoggedEvent.Read(stored.State).Members.FirstOrDefault(static m => m?.Role == MemberRole.Parent)
            : null;
        return named?.Spelling
            ?? (await store.ItemsAsync([parent], cancellationToken)).Select(static i => i.Spelling).FirstOrDefault();
    }

    /// <summary>What made an item is a machine, unless its template says that it is something else.</summary>
    private async ValueTask<Result<EventRequest>> OperateAsync(
        EventRequest request,
        ThingRequest item,
        ThingRequest maker,
        CancellationToken cancellationToken
    )
    {
        var operate = request with { Type = "operate", Items = [item] };
        return await TemplateOfAsync(maker, cancellationToken) switch
        {
            "person" => operate with { Persons = [maker] },
            "tool" => operate with { Tools = [maker] },
            "process" => operate with { Process = maker },
            _ => operate with { Equipment = [maker] },
        };
    }

    private async ValueTask<string?> TemplateOfAsync(ThingRequest maker, CancellationToken cancellationToken)
    {
        if (!Identifier.TryParse(maker.Identifier, out var identifier))
        {
            return null;
        }
        var numbers = await store.NumbersAsync([ItemKey.Of(identifier)], cancellationToken);
        var items = await store.ItemsAsync(numbers, cancellationToken);
        return items.Count > 0 ? items[0].Template : null;
    }
}
