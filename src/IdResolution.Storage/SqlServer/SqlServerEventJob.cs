using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// One event to write. Events of a group may name the same items: each is decided after what those before it add
/// (<see cref="EventLookups"/>).
/// </summary>
internal sealed class SqlServerEventJob(EventWrite write, WriteBatch<EventWriteResult> batch, int position)
    : SqlServerJob
{
    // About what a row of a member takes.
    private const int MemberBytes = 80;

    private EventWriteResult? _result;

    // The position of its entry in the group; 0 if it has none.
    private int _entry;

    public override int Bytes => write.State.Length + write.Commitments.Length + (write.Members.Count * MemberBytes);

    public override int NewObjects => 1 + write.Members.Count;

    public override IEnumerable<RowKey> Keys
    {
        get
        {
            yield return RowKey.OfEvent(write.Identity);
            if (write.Voids != 0)
            {
                yield return RowKey.OfEvent(write.Voids);
            }
        }
    }

    public override void LookUp(GroupLookups lookups) => lookups.Events.Add(write);

    public override void Decide(GroupLookups found, GroupPlan plan)
    {
        plan.IsUndone |= NeedsHoldsAsTheyAre(plan);
        plan.IsUndone |= IsCut(Decide(found.Events, plan));
    }

    /// <summary>
    /// True if the walk for an event did not come to an end. In a group others may have read as much as is read: alone
    /// it may yet.
    /// </summary>
    public static bool IsCut(EventWriteResult? result) => result?.Outcome == EventOutcome.TooDeep;

    /// <summary>
    /// True if something must be free, and jobs before it in the group began or ended holds: which are in force then,
    /// only the database computes.
    /// </summary>
    public bool NeedsHoldsAsTheyAre(GroupPlan plan) => write.MustBeFree.Count > 0 && plan.Events.Changed.Count > 0;

    public override void Complete(long head) => batch.Set(position, ResultAt(head));

    public override void Fail(Exception cause) => batch.Set(position, EventWriteResult.Failed(Translate(cause).Error));

    /// <summary>The result of an event that is there already or refused; null for one to write.</summary>
    public EventWriteResult? FindKnown(EventLookups found) => FindKnown(found, Resolve(found));

    /// <summary>Decides as part of another job, which tells the result (<see cref="ResultAt"/>).</summary>
    public EventWriteResult Decide(EventLookups found, GroupPlan plan)
    {
        _entry = 0;
        var items = Resolve(found);
        if (FindKnown(found, items) is { } known)
        {
            return _result = known;
        }
        var events = plan.Events;
        if (write.RestsOn is { } rests)
        {
            events.RestsOn.Add(At(rests, found));
        }
        Watch(found, events, write.MustBeFree.SelectMany(found.NumbersOf));
        if (CycleWalk.Concerns(write))
        {
            (events.Walked, events.WalkedFrom) = (found.Parts.Read, found.Head);
        }
        NameUnregistered(found, plan, items);
        var number = plan.NextObject();
        _entry = plan.Append(EventRules.Body(write, number), write.Commitments, write.State, ChangedKey.Other);
        events.Events.Add(new WrittenEvent(number, write));
        events.Members.AddRange(
            items.Select((item, i) => new WrittenMember(number, i, item, write.Time, write.Members[i]))
        );
        found.Note(write, number, items);
        var changed = new List<long>();
        Void(found, events, changed);
        Hold(found, events, number, items, changed);
        Release(found, events, number, items, changed);
        events.Changed.UnionWith(changed);
        var spreads = changed.Where(found.Holds.GoesOn).Distinct().ToList();
        HandOn(found, events, items, spreads);
        return _result = new EventWriteResult(EventOutcome.Created, number) { Spreads = spreads };
    }

    /// <summary>The result, once the group is committed.</summary>
    /// <param name="head">The log's head before the first entry of the group.</param>
    public EventWriteResult ResultAt(long head) => _entry == 0 ? _result! : _result! with { Sequence = head + _entry };

    private static NumberRow At(in ItemAt rests, EventLookups found) => new(rests.Number, found.NumberOf(rests.Item));

    private long[] Resolve(EventLookups found) => [.. write.Members.Select(m => found.NumberOf(m.Item))];

    private EventWriteResult? FindKnown(EventLookups found, long[] items)
    {
        if (
            found.Known.TryGetValue(new LookupKey(write.Identity), out var known)
            || (write.FormerIdentity is { } former && found.Known.TryGetValue(new LookupKey(former), out known))
        )
        {
            return EventRules.Known(write, known.Object, known.Made, known.Digest);
        }
        if (write.Voids != 0)
        {
            if (!found.Corrected.TryGetValue(write.Voids, out var corrected))
            {
                return EventRules.NothingToCorrect();
            }
            if (corrected.Voided != 0)
            {
                return new EventWriteResult(EventOutcome.AlreadyCorrected, corrected.By, corrected.Voided);
            }
        }
        if (write.RestsOn is { } rests && found.IsUsedSince(At(rests, found)))
        {
            return new EventWriteResult(EventOutcome.Changed);
        }
        foreach (var item in write.MustBeFree)
        {
            if (found.NumbersOf(item).Any(found.Holds.IsHeld))
            {
                return new EventWriteResult(EventOutcome.Held) { Path = [item] };
            }
        }
        return CycleWalk.Concerns(write)
            ? new CycleWalk(found.Parts.Graph).Refuse(
                write,
                items,
                found.Parts.Freed.GetValueOrDefault(write.Voids) ?? [],
                found.KeysOf
            )
            : null;
    }

    private void NameUnregistered(EventLookups found, GroupPlan plan, long[] items)
    {
        for (var i = 0; i < items.Length; i++)
        {
            var member = write.Members[i];
            // An earlier member may have the same key.
            items[i] = items[i] > 0 ? items[i] : found.NumberOf(member.Item);
            if (items[i] == 0)
            {
                items[i] = plan.NextObject();
                found.Name(member.Item, items[i]);
                plan.Events.Unregistered.Add(new NamedItem(items[i], member));
            }
            else if (found.IsUnregistered(member.Item))
            {
                plan.Events.Named.Add(items[i]);
            }
        }
    }

    /// <summary>Voids the event to correct, and notes the holds that it began, ended or handed on.</summary>
    private void Void(EventLookups found, EventPlan events, List<long> changed)
    {
        if (write.Voids == 0)
        {
            return;
        }
        events.Voided.Add(new NumberRow(_entry, write.Voids));
        found.Parts.Graph.Void(write.Voids);
        events.HoldsCounter = found.HoldsCounter;
        changed.AddRange(found.HoldsOf[write.Voids]);
        // It may be a hold itself. What is none, to compute it anew does nothing.
        changed.Add(write.Voids);
    }

    private void Hold(EventLookups found, EventPlan events, long number, long[] items, List<long> changed)
    {
        if (write.Hold is not { } scope)
        {
            return;
        }
        events.HoldsAdded.Add((number, scope));
        if (write.Voids != 0)
        {
            events.HeldAgain.Add(new NumberRow(write.Voids, number));
            found.HeldAgain[write.Voids] = number;
        }
        found.Holds.Add(number, scope);
        for (var i = 0; i < items.Length; i++)
        {
            if (write.Members[i].Role == MemberRole.Item)
            {
                events.ItemHolds[(items[i], number)] = new HeldItem(items[i], number, IsOwn: true, 0);
                // What the group makes from it gets the mark of the hold's first spread.
                found.Holds.Add(new HeldItem(items[i], number, IsOwn: true, 1), scope);
            }
        }
        changed.Add(number);
    }

    private void Release(EventLookups found, EventPlan events, long number, long[] items, List<long> changed)
    {
        if (write.Type != EventType.Release)
        {
            return;
        }
        foreach (var ended in write.Ends ?? [])
        {
            // A hold that was corrected goes on as the one that says what is right.
            for (var hold = ended; hold > 0; hold = found.HeldAgain.GetValueOrDefault(hold))
            {
                events.Releases.Add((hold, number));
                changed.Add(hold);
            }
        }
        for (var i = 0; write.Ends is null && i < items.Length; i++)
        {
            if (write.Members[i].Role == MemberRole.Item)
            {
                Watch(found, events, found.NumbersOf(write.Members[i].Item));
                changed.AddRange(found.Holds.Own(items[i]));
            }
        }
    }

    /// <summary>
    /// Hands the holds on what was used on to what was made from it. Beyond a bound they go on after the write, from
    /// their items.
    /// </summary>
    private void HandOn(EventLookups found, EventPlan events, long[] items, List<long> spreads)
    {
        var made = items.Where((_, i) => EventRules.IsMade(write.Members[i].Role)).ToList();
        var used = items
            .Where((_, i) => EventRules.IsUsed(write.Members[i].Role))
            .Concat(write.Members.Where(m => EventRules.IsUsed(m.Role)).SelectMany(m => found.NumbersBefore(m.Item)))
            .Distinct()
            .ToList();
        if (made.Count == 0 || used.Count == 0)
        {
            return;
        }
        Watch(found, events, used);
        var rows = 0;
        foreach (var holds in used.SelectMany(found.Holds.HandedOn).ToLookup(h => h.Hold, h => h.Mark))
        {
            rows += made.Count;
            if (rows > EventRules.MostHandedOn || HandOn(found, events, holds.Key, holds.Max(), made))
            {
                events.Spreading.Add(holds.Key);
                if (!spreads.Contains(holds.Key))
                {
                    spreads.Add(holds.Key);
                }
            }
        }
    }

    /// <summary>
    /// Puts a hold on what was made. True if the event came late: something was made from that already.
    /// </summary>
    private static bool HandOn(EventLookups found, EventPlan events, long hold, long mark, List<long> made)
    {
        var isLate = false;
        foreach (var item in made)
        {
            var held = new HeldItem(item, hold, IsOwn: false, mark);
            if (found.Holds.Add(held, HoldScope.MadeFrom))
            {
                var isOwn = events.ItemHolds.TryGetValue((item, hold), out var known) && known.IsOwn;
                events.ItemHolds[(item, hold)] = held with { IsOwn = isOwn };
                if (found.IsUsed(item))
                {
                    isLate = true;
                }
                else
                {
                    events.Unused.Add(item);
                }
            }
        }
        return isLate;
    }

    /// <summary>Has the group rest on the holds that were found on items.</summary>
    private static void Watch(EventLookups found, EventPlan events, IEnumerable<long> items)
    {
        events.Watched.UnionWith(items.Where(static item => item > 0));
        events.HoldsCounter = found.HoldsCounter;
        events.Found = found.Holds;
        events.HasGs1Keys = found.HasGs1Keys;
    }
}
