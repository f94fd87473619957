using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>One write of a record in a batch.</summary>
internal sealed class SqlServerRecordJob(RecordWrite write, WriteBatch<RecordWriteResult> batch, int position)
    : SqlServerJob
{
    private static readonly SqlServerEventJob[] s_none = [];

    // Those of a registration with events.
    private readonly SqlServerEventJob[] _events = EventsOf(write);

    private RecordWriteResult? _result;

    // The position of its entry in the group; 0 if it has none.
    private int _entry;

    public override int Bytes => write.State.Length + write.Commitments.Length + _events.Sum(e => e.Bytes);

    public override int NewObjects => (write is RegisterRecord ? 1 : 0) + _events.Sum(e => e.NewObjects);

    public override IEnumerable<RowKey> Keys
    {
        get
        {
            yield return RowKey.OfRecord(write.Key);
            foreach (var row in FirstKey.Concat(RowsBefore).Concat(Held))
            {
                yield return RowKey.OfSide(row);
            }
            foreach (var given in _events)
            {
                foreach (var key in given.Keys)
                {
                    yield return key;
                }
            }
        }
    }

    public override void LookUp(GroupLookups lookups)
    {
        lookups.AddKey(write.Key);
        foreach (var row in FirstKey.Concat(Held))
        {
            lookups.AddSide(row);
        }
        lookups.Events.AddKeys(write.Rows);
        if (write is ChangeRecord { Erased.Count: > 0 })
        {
            lookups.AddErased(write.Key);
        }
        foreach (var given in _events)
        {
            given.LookUp(lookups);
        }
    }

    public override void Decide(GroupLookups found, GroupPlan plan)
    {
        _entry = 0;
        _result = write switch
        {
            RegisterWithEvents { Events.Count: > 0 } register => RegisterWithEvents(found, plan, register),
            RegisterRecord register => Register(found, plan, register),
            ChangeRecord change => Change(found, plan, change),
            _ => throw new ArgumentException($"A {write.GetType().Name} is no write.", nameof(plan)),
        };
    }

    public override void Complete(long head)
    {
        var result =
            _entry == 0 ? _result! : _result! with { Record = _result.Record! with { Sequence = head + _entry } };
        batch.Set(
            position,
            result is RecordWithEventsResult { Record: not null } all
                ? all with
                {
                    Events = Array.ConvertAll(_events, e => e.ResultAt(head)),
                }
                : result
        );
    }

    public override void Fail(Exception cause) => batch.Set(position, RecordWriteResult.Failed(Translate(cause).Error));

    private RecordWriteResult Register(GroupLookups found, GroupPlan plan, RegisterRecord register)
    {
        var (outcome, existing) = Decide(found, register);
        if (outcome is not (WriteOutcome.Created or WriteOutcome.Reinstated))
        {
            return new RecordWriteResult(outcome, existing);
        }
        if (FindOtherHolder(found, existing?.Object ?? 0) is { } refusal)
        {
            return refusal;
        }
        var record = WriteRules.Registered(register, existing, existing?.Object ?? plan.NextObject());
        if (existing is null)
        {
            plan.RecordsAdded.Add(new WrittenRecord(record, write));
            found.Events.NoteRegistered(record.Key, record.Object);
            _entry = Append(plan, record, LogOperation.Create);
        }
        else
        {
            plan.RecordsChanged.Add(new WrittenRecord(record, write));
            _entry = Append(plan, record, LogOperation.Reinstate);
        }
        found.Events.NoteKeys(write.Rows, record.Object);
        plan.Place([], RowsToAdd(existing), record.Object);
        return new RecordWriteResult(outcome, record);
    }

    /// <summary>The rows that a registration adds. A tombstone that comes back has those that outlive it.</summary>
    private IReadOnlyList<SideRow> RowsToAdd(StoredRecord? tombstone) =>
        tombstone is null ? write.Rows : [.. write.Rows.Where(row => !row.Table.OutlivesRecords)];

    /// <summary>
    /// Registers, and decides the events; where one is refused, nothing of it is written. What an earlier event of the
    /// same registration is the reason for is found only behind it: then the plan is undone.
    /// </summary>
    private RecordWriteResult RegisterWithEvents(GroupLookups found, GroupPlan plan, RegisterWithEvents register)
    {
        var (outcome, existing) = Decide(found, register);
        var isTaken =
            outcome is WriteOutcome.Created or WriteOutcome.Reinstated
            && FindOtherHolder(found, existing?.Object ?? 0) is null;
        if (isTaken && RefusedOf(_events.Select(e => e.FindKnown(found.Events))) is { } refused)
        {
            plan.IsUndone |= refused.Events.Any(SqlServerEventJob.IsCut);
            return refused;
        }
        plan.IsUndone |= _events.Any(e => e.NeedsHoldsAsTheyAre(plan));
        var result = Register(found, plan, register);
        if (!isTaken)
        {
            return result;
        }
        if (RefusedOf(_events.Select(e => e.Decide(found.Events, plan))) is { } late)
        {
            plan.IsUndone = true;
            _entry = 0;
            return late;
        }
        if (register.IsTry)
        {
            plan.IsUndone = true;
            _entry = 0;
        }
        return new RecordWithEventsResult(result.Outcome, result.Record, []);
    }

    /// <summary>The refusal of the first event that is refused; null if none is.</summary>
    private static RecordWithEventsResult? RefusedOf(IEnumerable<EventWriteResult?> results)
    {
        var before = new List<EventWriteResult>();
        foreach (var result in results)
        {
            before.Add(result ?? new EventWriteResult(EventOutcome.Created));
            if (before[^1].Outcome is not (EventOutcome.Created or EventOutcome.Same))
            {
                return new RecordWithEventsResult(WriteOutcome.EventRefused, null, before);
            }
        }
        return null;
    }

    private static SqlServerEventJob[] EventsOf(RecordWrite write) =>
        write is RegisterWithEvents { Events: var events }
            ? [.. events.Select(e => new SqlServerEventJob(e, new WriteBatch<EventWriteResult>(1), 0))]
            : s_none;

    private RecordWriteResult Change(GroupLookups found, GroupPlan plan, ChangeRecord change)
    {
        var current = found.Find(RowKey.OfRecord(write.Key));
        if ((WriteRules.Refusal(change, current) ?? FindOtherHolder(found, current!.Object)) is { } refusal)
        {
            return refusal;
        }
        var record = WriteRules.Changed(change, current!);
        foreach (var (sequence, state) in change.Erased.Count > 0 ? found.States(record.Object) : [])
        {
            plan.States.Add(new StateRow(sequence, StateWriter.Without(state, change.Erased)));
        }
        plan.RecordsChanged.Add(new WrittenRecord(record, write));
        _entry = Append(plan, record, write.Operation);
        found.Events.NoteKeys(write.Rows, record.Object);
        plan.Place(change.RowsBefore, write.Rows, record.Object);
        return new RecordWriteResult(WriteOutcome.Changed, record);
    }

    private (WriteOutcome Outcome, StoredRecord? Existing) Decide(GroupLookups found, RegisterRecord register)
    {
        var byKey = FirstKey.Select(form => found.Find(RowKey.OfSide(form))).FirstOrDefault(r => r is not null);
        return RegistrationDecision.For(register, byKey, found.Find(RowKey.OfRecord(write.Key)));
    }

    private IReadOnlyList<SideRow> FirstKey => write is RegisterRecord register ? register.FirstKey : [];

    /// <summary>The rows that the record had and others may have after the write.</summary>
    private IEnumerable<SideRow> RowsBefore =>
        write is ChangeRecord change ? change.RowsBefore.Where(r => r.Table.HasOneHolder) : [];

    /// <summary>The rows that another record may have.</summary>
    private IEnumerable<SideRow> Held => write.Rows.Concat(write.OtherForms).Where(r => WriteRules.MayBeHeld(write, r));

    private int Append(GroupPlan plan, StoredRecord record, LogOperation operation) =>
        plan.Append(WriteRules.Body(write, record, operation), write.Commitments, record.State, record.Key);

    private RecordWriteResult? FindOtherHolder(GroupLookups found, long self)
    {
        foreach (var row in Held)
        {
            if (found.Find(RowKey.OfSide(row)) is { } holder && holder.Object != self)
            {
                return WriteRules.Held(row, holder);
            }
        }
        return null;
    }
}
