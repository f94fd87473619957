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

    public override void Decide(GroupLookups found, GroupPlan plan) => Decide(found.Events, plan);

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
        NameUnregistered(found, plan, items);
        var number = plan.NextObject();
        _entry = plan.Append(EventRules.Body(write, number), write.Commitments, write.State, ChangedKey.Other);
        events.Events.Add(new WrittenEvent(number, write));
        events.Members.AddRange(
            items.Select((item, i) => new WrittenMember(number, i, item, write.Time, write.Members[i]))
        );
        found.Note(write, number, items);
        var spreads = new List<long>();
        Void(found, events, spreads);
        Hold(found, events, number, items, spreads);
        Release(found, events, items);
        HandOn(found, events, items, spreads);
        return _result = new EventWriteResult(EventOutcome.Created, number) { Spreads = spreads };
    }

    /// <summary>The result, once the group is committed.</summary>
    /// <param name="head">The log's head before the first entry of the group.</param>
    public EventWriteResult ResultAt(long head) =>
        _entry == 0 ? _result! : _result! with { Sequence = head + _entry };

    private long[] Resolve(EventLookups found) => [.. write.Members.Select(m => found.NumberOf(m.Item))];

    private EventWriteResult? FindKnown(EventLookups found, long[] items)
    {
        if (found.Known.TryGetValue(new LookupKey(write.Identity), out var known))
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
        return new CycleWalk(found.Parts.At(write.Time)).Find(write.Members, items) is { } path
            ? new EventWriteResult(EventOutcome.Cycle) { Path = found.KeysOf(path) }
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

    /// <summary>Voids the event to correct: a hold ends, and what a release ended is in force again.</summary>
    private void Void(EventLookups found, EventPlan events, List<long> spreads)
    {
        if (write.Voids == 0)
        {
            return;
        }
        events.Voided.Add(new NumberRow(_entry, write.Voids));
        found.Parts.Void(write.Voids);
        switch (found.Corrected[write.Voids].Type)
        {
            case EventType.Hold:
                // Another release may have ended it; this entry is the one that counts.
                events.Renewed.Add(write.Voids);
                End(found, events, write.Voids);
                break;
            case EventType.Release:
                foreach (var (hold, scope) in found.Released[write.Voids])
                {
                    events.Renewed.Add(hold);
                    if (scope == HoldScope.MadeFrom)
                    {
                        spreads.Add(hold);
                    }
                }
                break;
        }
    }

    private void Hold(EventLookups found, EventPlan events, long number, long[] items, List<long> spreads)
    {
        if (write.Hold is not { } scope)
        {
            return;
        }
        events.HoldsAdded.Add((number, scope));
        for (var i = 0; i < items.Length; i++)
        {
            if (write.Members[i].Role == MemberRole.Item && found.Holds.Add(items[i], number, isOwn: true, scope))
            {
                events.ItemHolds.Add(new ItemHold(items[i], number, IsOwn: true));
            }
        }
        if (scope == HoldScope.MadeFrom)
        {
            spreads.Add(number);
        }
    }

    private void Release(EventLookups found, EventPlan events, long[] items)
    {
        if (write.Type != EventType.Release)
        {
            return;
        }
        var own = write.Ends is null ? items.Where((_, i) => write.Members[i].Role == MemberRole.Item) : [];
        foreach (var hold in (write.Ends ?? own.SelectMany(found.Holds.Own)).ToList())
        {
            End(found, events, hold);
        }
    }

    private void End(EventLookups found, EventPlan events, long hold)
    {
        events.Ended[hold] = _entry;
        found.Holds.End(hold);
    }

    /// <summary>Hands the holds on what was used on to what was made from it.</summary>
    private void HandOn(EventLookups found, EventPlan events, long[] items, List<long> spreads)
    {
        var made = items.Where((_, i) => EventRules.IsMade(write.Members[i].Role)).ToList();
        var used = items.Where((_, i) => EventRules.IsUsed(write.Members[i].Role)).ToList();
        if (made.Count == 0 || used.Count == 0)
        {
            return;
        }
        events.RestsOnHolds = true;
        events.HoldsCounter = found.HoldsCounter;
        foreach (var hold in used.SelectMany(found.Holds.HandedOn).Distinct().ToList())
        {
            foreach (var item in made)
            {
                if (!found.Holds.Add(item, hold, isOwn: false, HoldScope.MadeFrom))
                {
                    continue;
                }
                events.ItemHolds.Add(new ItemHold(item, hold, IsOwn: false));
                if (found.IsUsed(item) && !spreads.Contains(hold))
                {
                    // The event came late: something was made from its output already.
                    events.Spreading.Add(hold);
                    spreads.Add(hold);
                }
            }
        }
    }
}
