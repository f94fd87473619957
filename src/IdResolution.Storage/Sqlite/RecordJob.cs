using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// One write of a record in a batch. Checks it against existing records, then writes, in the group's transaction.
/// </summary>
internal sealed class RecordJob(RecordWrite write, WriteBatch<RecordWriteResult> batch, int position) : WriteJob
{
    private RecordWriteResult? _result;

    public override void Run(WriteSession session) =>
        _result = write switch
        {
            RegisterWithEvents register => RegisterWithEvents(session, register),
            RegisterRecord register => Register(session, register),
            ChangeRecord change => Change(session, change),
            _ => throw new ArgumentException($"A {write.GetType().Name} is no write.", nameof(session)),
        };

    public override void Complete() => batch.Set(position, _result!);

    public override void Fail(Exception cause) => batch.Set(position, RecordWriteResult.Failed(Translate(cause).Error));

    private RecordWriteResult Register(WriteSession session, RegisterRecord register)
    {
        var statements = session.Records;
        var byKey = FindByKey(statements, register);
        var byIdentifier = byKey is null ? Find(statements) : null;
        var (outcome, existing) = RegistrationDecision.For(register, byKey, byIdentifier);
        if (outcome is not (WriteOutcome.Created or WriteOutcome.Reinstated))
        {
            return new RecordWriteResult(outcome, existing);
        }
        if (FindOtherHolder(statements, existing?.Object ?? 0) is { } refusal)
        {
            return refusal;
        }
        var isNew = outcome == WriteOutcome.Created;
        var record = WriteRules.Registered(register, existing, existing?.Object ?? session.NextObject()) with
        {
            Sequence = session.Head + 1,
        };
        Append(session, record, isNew ? LogOperation.Create : LogOperation.Reinstate);
        if (isNew)
        {
            Insert(statements, record);
        }
        else
        {
            Update(statements, record);
        }
        AddRows(statements, record.Object, isNew);
        return new RecordWriteResult(outcome, record);
    }

    /// <summary>Registers, and writes the events; where one is refused, all of it is taken back.</summary>
    private RecordWriteResult RegisterWithEvents(WriteSession session, RegisterWithEvents register)
    {
        var mark = session.Mark();
        var result = Register(session, register);
        if (result.Outcome is not (WriteOutcome.Created or WriteOutcome.Reinstated))
        {
            session.Keep();
            return result;
        }
        var events = new List<EventWriteResult>(register.Events.Count);
        foreach (var given in register.Events)
        {
            events.Add(EventJob.Write(session, given));
            if (events[^1].Outcome is not (EventOutcome.Created or EventOutcome.Same))
            {
                session.TakeBack(mark);
                return new RecordWithEventsResult(WriteOutcome.EventRefused, null, events);
            }
        }
        if (register.IsTry)
        {
            session.TakeBack(mark);
        }
        else
        {
            session.Keep();
        }
        return new RecordWithEventsResult(result.Outcome, result.Record, events);
    }

    private RecordWriteResult Change(WriteSession session, ChangeRecord change)
    {
        var statements = session.Records;
        var current = Find(statements);
        if ((WriteRules.Refusal(change, current) ?? FindOtherHolder(statements, current!.Object)) is { } refusal)
        {
            return refusal;
        }
        var record = WriteRules.Changed(change, current!) with { Sequence = session.Head + 1 };
        if (change.Erased.Count > 0)
        {
            EraseStates(session, record.Object, change.Erased);
        }
        Append(session, record, write.Operation);
        Update(statements, record);
        RemoveRows(statements, change.RowsBefore, record.Object);
        AddRows(statements, record.Object, true);
        return new RecordWriteResult(WriteOutcome.Changed, record);
    }

    private void Append(WriteSession session, StoredRecord record, LogOperation operation) =>
        session.Append(WriteRules.Body(write, record, operation), write.Commitments, record.State, record.Key);

    private void Insert(RecordStatements statements, StoredRecord record) =>
        statements
            .InsertRecord.Bind(1, record.Object)
            .Bind(2, record.Key.Bytes)
            .Bind(3, record.Sequence)
            .Bind(4, record.Version)
            .Bind(5, (long)record.Status)
            .Bind(6, write.Template)
            .Bind(7, record.Digest)
            .Bind(8, record.CreatedAt)
            .Bind(9, record.UpdatedAt)
            .Run();

    private void Update(RecordStatements statements, StoredRecord record) =>
        statements
            .UpdateRecord.Bind(1, record.Object)
            .Bind(2, record.Sequence)
            .Bind(3, record.Version)
            .Bind(4, (long)record.Status)
            .Bind(5, write.Template)
            .Bind(6, record.Digest)
            .Bind(7, record.UpdatedAt)
            .Run();

    private StoredRecord? Find(RecordStatements statements) =>
        RecordStatements.ReadLookup(statements.Find.Bind(1, write.Key.Bytes)).Record;

    /// <summary>The record that has the first key, in one of its forms; null if there is none.</summary>
    private static StoredRecord? FindByKey(RecordStatements statements, RegisterRecord register)
    {
        for (var i = 0; i < register.FirstKey.Count; i++)
        {
            if (statements.Of(BusinessKeys.Table).FindHolder(register.FirstKey[i]) is { } holder)
            {
                return holder;
            }
        }
        return null;
    }

    private RecordWriteResult? FindOtherHolder(RecordStatements statements, long self) =>
        FindOtherHolder(statements, write.Rows, self) ?? FindOtherHolder(statements, write.OtherForms, self);

    private RecordWriteResult? FindOtherHolder(RecordStatements statements, IReadOnlyList<SideRow> rows, long self)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (
                WriteRules.MayBeHeld(write, rows[i])
                && statements.Of(rows[i].Table).FindHolder(rows[i]) is { } holder
                && holder.Object != self
            )
            {
                return WriteRules.Held(rows[i], holder);
            }
        }
        return null;
    }

    /// <param name="statements">The statements.</param>
    /// <param name="objectNumber">The record.</param>
    /// <param name="all">False for a tombstone that comes back: it has the rows that outlive it.</param>
    private void AddRows(RecordStatements statements, long objectNumber, bool all)
    {
        for (var i = 0; i < write.Rows.Count; i++)
        {
            if (!all && write.Rows[i].Table.OutlivesRecords)
            {
                continue;
            }
            statements.Of(write.Rows[i].Table).Insert(write.Rows[i], objectNumber);
        }
    }

    private static void RemoveRows(RecordStatements statements, IReadOnlyList<SideRow> rows, long objectNumber)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            statements.Of(rows[i].Table).Delete(rows[i], objectNumber);
        }
    }

    private static void EraseStates(WriteSession session, long objectNumber, IReadOnlyCollection<string> erased)
    {
        var statements = session.Records;
        var states = new List<(long Sequence, byte[] State)>();
        statements.StatesOf.Bind(1, objectNumber);
        while (statements.StatesOf.Step())
        {
            states.Add((statements.StatesOf.Int64(0), statements.StatesOf.Bytes(1)));
        }
        foreach (var (sequence, state) in states)
        {
            statements.UpdateState.Bind(1, sequence).Bind(2, StateWriter.Without(state, erased)).Run();
        }
        statements.EraseReasons.Bind(1, objectNumber).Run();
    }
}
