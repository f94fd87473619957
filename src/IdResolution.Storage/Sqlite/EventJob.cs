using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// One event to write. Looks for conflicts, then writes event, members and what follows for holds, in the group's
/// transaction.
/// </summary>
internal sealed class EventJob(EventWrite write, WriteBatch<EventWriteResult> batch, int position) : WriteJob
{
    private static readonly long[] s_none = [];

    private EventWriteResult? _result;

    public override void Run(WriteSession session) => _result = Write(session);

    /// <summary>Writes an event as part of another job, which tells its result.</summary>
    public static EventWriteResult Write(WriteSession session, EventWrite write) =>
        new EventJob(write, new WriteBatch<EventWriteResult>(1), 0).Write(session);

    public override void Complete() => batch.Set(position, _result!);

    public override void Fail(Exception cause) => batch.Set(position, EventWriteResult.Failed(Translate(cause).Error));

    private EventWriteResult Write(WriteSession session)
    {
        var statements = session.Events;
        if ((FindSame(statements) ?? FindCorrection(statements)) is { } known)
        {
            return known;
        }
        if (
            write.RestsOn is { } rests
            && statements.IsUsedSince.Bind(1, statements.NumberOf(rests.Item)).Bind(2, rests.Number).Number() > 0
        )
        {
            return new EventWriteResult(EventOutcome.Changed);
        }
        if (FindHeld(statements) is { } held)
        {
            return new EventWriteResult(EventOutcome.Held) { Path = [held] };
        }
        var items = Resolve(statements);
        if (FindCycle(statements, items) is { } refused)
        {
            return refused;
        }
        NameUnregistered(session, items);
        var number = session.NextObject();
        var sequence = session.Append(EventRules.Body(write, number), write.Commitments, write.State, ChangedKey.Other);
        Insert(statements, number, sequence, items);
        var changed = new List<long>();
        Void(statements, sequence, changed);
        Hold(statements, number, items, changed);
        Release(statements, number, items, changed);
        var spreads = Renew(session, changed);
        HandOn(session, items, ref spreads);
        return new EventWriteResult(EventOutcome.Created, number, sequence) { Spreads = spreads ?? [] };
    }

    private EventWriteResult? FindSame(EventStatements statements) =>
        FindSame(statements, write.Identity)
        ?? (write.FormerIdentity is { } former ? FindSame(statements, former) : null);

    private EventWriteResult? FindSame(EventStatements statements, byte[] identity)
    {
        var find = statements.FindIdentity.Bind(1, identity);
        if (!find.Step())
        {
            return null;
        }
        var result = EventRules.Known(write, find.Int64(0), find.Int64(1), find.Span(2));
        find.Reset();
        return result;
    }

    private EventWriteResult? FindCorrection(EventStatements statements)
    {
        if (write.Voids == 0)
        {
            return null;
        }
        var find = statements.FindEvent.Bind(1, write.Voids);
        if (!find.Step())
        {
            return EventRules.NothingToCorrect();
        }
        var voided = find.Int64(2);
        find.Reset();
        return voided == 0
            ? null
            : new EventWriteResult(EventOutcome.AlreadyCorrected, statements.ObjectOf.Bind(1, voided).Number(), voided);
    }

    private ItemKey? FindHeld(EventStatements statements)
    {
        for (var i = 0; i < write.MustBeFree.Count; i++)
        {
            var item = write.MustBeFree[i];
            if (statements.IsHeld.Bind(1, statements.NumberOf(item)).Number() > 0)
            {
                return item;
            }
        }
        return null;
    }

    /// <summary>The number of each member's item; 0 where it has none yet.</summary>
    private long[] Resolve(EventStatements statements)
    {
        var members = write.Members;
        var items = members.Count == 0 ? s_none : new long[members.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = statements.NumberOf(members[i].Item);
        }
        return items;
    }

    private EventWriteResult? FindCycle(EventStatements statements, long[] items)
    {
        if (!CycleWalk.Concerns(write))
        {
            return null;
        }
        var freed = new List<(long Item, long Time)>();
        if (write.Voids != 0)
        {
            var find = statements.Freed.Bind(1, write.Voids);
            while (freed.Count <= CycleWalk.MostItems && find.Step())
            {
                freed.Add((find.Int64(0), find.Int64(1)));
            }
            find.Reset();
        }
        var walk = new CycleWalk(new PartGraph(new SqlitePartReader(statements)));
        return walk.Refuse(write, items, freed, path => [.. path.Select(statements.KeyOf)]);
    }

    private void NameUnregistered(WriteSession session, long[] items)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] > 0)
            {
                continue;
            }
            var member = write.Members[i];
            // An earlier member may have the same key.
            items[i] = session.Events.UnregisteredNumberOf(member.Item);
            if (items[i] == 0)
            {
                items[i] = session.NextObject();
                session
                    .Events.InsertUnregistered.Bind(1, items[i])
                    .Bind(2, member.Item.Folded.Bytes)
                    .Bind(3, EventRules.SpellingOf(member))
                    .Run();
            }
        }
    }

    private void Insert(EventStatements statements, long number, long sequence, long[] items)
    {
        statements
            .InsertEvent.Bind(1, number)
            .Bind(2, (long)write.Type)
            .Bind(3, write.Time)
            .Bind(4, sequence)
            .Bind(5, write.Identity)
            .Bind(6, write.Digest)
            .Bind(7, write.Voids)
            .Run();
        var insert = statements.InsertMember.Bind(1, number).Bind(5, write.Time);
        for (var i = 0; i < items.Length; i++)
        {
            var member = write.Members[i];
            insert
                .Bind(2, (long)member.Role)
                .Bind(3, i)
                .Bind(4, items[i])
                .Bind(6, member.Quantity)
                .Bind(7, member.Unit)
                .Bind(8, member.Position)
                .Run();
        }
    }

    /// <summary>Voids the event to correct, and notes the holds that it began, ended or handed on.</summary>
    private void Void(EventStatements statements, long sequence, List<long> changed)
    {
        if (write.Voids == 0)
        {
            return;
        }
        statements.VoidEvent.Bind(1, write.Voids).Bind(2, sequence).Run();
        switch ((EventType)statements.FindEvent.Bind(1, write.Voids).Number())
        {
            case EventType.Hold:
                changed.Add(write.Voids);
                break;
            case EventType.Release:
                Add(statements.HoldsReleasedBy.Bind(1, write.Voids), changed);
                break;
            default:
                Add(statements.HandedOnBy.Bind(1, write.Voids), changed);
                break;
        }
    }

    private void Hold(EventStatements statements, long number, long[] items, List<long> changed)
    {
        if (write.Hold is not { } scope)
        {
            return;
        }
        statements.InsertHold.Bind(1, number).Bind(2, (long)scope).Run();
        statements.TakeReleases.Bind(1, number).Bind(2, write.Voids).Run();
        for (var i = 0; i < items.Length; i++)
        {
            if (write.Members[i].Role == MemberRole.Item)
            {
                statements.HoldOwn.Bind(1, items[i]).Bind(2, number).Run();
            }
        }
        changed.Add(number);
    }

    private void Release(EventStatements statements, long number, long[] items, List<long> changed)
    {
        if (write.Type != EventType.Release)
        {
            return;
        }
        for (var i = 0; i < (write.Ends?.Count ?? 0); i++)
        {
            // A hold that was corrected goes on as the one that says what is right.
            for (var hold = write.Ends![i]; hold > 0; hold = statements.HeldAgain.Bind(1, hold).Number())
            {
                statements.InsertRelease.Bind(1, hold).Bind(2, number).Run();
                changed.Add(hold);
            }
        }
        for (var i = 0; write.Ends is null && i < items.Length; i++)
        {
            if (write.Members[i].Role == MemberRole.Item)
            {
                Add(statements.OwnHolds.Bind(1, items[i]), changed);
            }
        }
    }

    /// <summary>Computes holds anew. Returns those that go on to what is made from their items.</summary>
    private static List<long>? Renew(WriteSession session, List<long> changed)
    {
        if (changed.Count == 0)
        {
            return null;
        }
        session.ForgetHolds();
        var statements = session.Events;
        List<long>? spreads = null;
        foreach (var hold in changed.Distinct())
        {
            statements.RenewItems.Bind(1, hold).Run();
            statements.RenewHold.Bind(1, hold).Run();
            if (statements.IsSpreading.Bind(1, hold).Number() > 0)
            {
                (spreads ??= []).Add(hold);
            }
        }
        return spreads;
    }

    private static void Add(Statement find, List<long> holds)
    {
        while (find.Step())
        {
            holds.Add(find.Int64(0));
        }
    }

    /// <summary>
    /// Hands the holds on what was used on to what was made from it. Beyond a bound they go on after the write, from
    /// their items.
    /// </summary>
    private void HandOn(WriteSession session, long[] items, ref List<long>? spreads)
    {
        if (!Names(static role => EventRules.IsMade(role)) || !session.HandsOn)
        {
            return;
        }
        var statements = session.Events;
        Dictionary<long, long>? marks = null;
        for (var i = 0; i < items.Length; i++)
        {
            if (EventRules.IsUsed(write.Members[i].Role))
            {
                AddMarks(statements, items[i], ref marks);
                // Until it is healed, an item that was registered later has its holds under other numbers.
                var before = new List<long>();
                Add(statements.Before.Bind(1, items[i]), before);
                foreach (var number in before)
                {
                    AddMarks(statements, number, ref marks);
                }
            }
        }
        if (marks is null)
        {
            return;
        }
        var made = new List<long>();
        for (var i = 0; i < items.Length; i++)
        {
            if (EventRules.IsMade(write.Members[i].Role))
            {
                made.Add(items[i]);
            }
        }
        var rows = 0;
        foreach (var (hold, mark) in marks)
        {
            rows += made.Count;
            if (rows > EventRules.MostHandedOn || HandOn(statements, hold, mark, made))
            {
                statements.SpreadHold.Bind(1, hold).Run();
                if (spreads?.Contains(hold) != true)
                {
                    (spreads ??= []).Add(hold);
                }
            }
        }
    }

    private static void AddMarks(EventStatements statements, long item, ref Dictionary<long, long>? marks)
    {
        var find = statements.HandedOn.Bind(1, item);
        while (find.Step())
        {
            marks ??= [];
            marks[find.Int64(0)] = Math.Max(find.Int64(1), marks.GetValueOrDefault(find.Int64(0)));
        }
    }

    /// <summary>
    /// Puts a hold on what was made. True if the event came late: something was made from that already.
    /// </summary>
    private static bool HandOn(EventStatements statements, long hold, long mark, List<long> made)
    {
        var isLate = false;
        foreach (var item in made)
        {
            var isNew = statements.HoldItem.Bind(1, item).Bind(2, hold).Bind(3, mark).Change() > 0;
            isLate |= isNew && statements.IsUsed.Bind(1, item).Number() > 0;
        }
        return isLate;
    }

    private bool Names(Predicate<MemberRole> isWanted)
    {
        for (var i = 0; i < write.Members.Count; i++)
        {
            if (isWanted(write.Members[i].Role))
            {
                return true;
            }
        }
        return false;
    }
}
