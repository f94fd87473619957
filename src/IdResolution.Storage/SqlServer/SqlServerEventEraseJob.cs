using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>Erases from an event.</summary>
internal sealed class SqlServerEventEraseJob(EventErasure erasure) : SqlServerJob
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isErased;

    /// <summary>False if there is no such event, or it has another version.</summary>
    public Task<bool> Task => _done.Task;

    public override int Bytes => 0;

    public override int NewObjects => 0;

    public override IEnumerable<RowKey> Keys => [RowKey.OfEvent(erasure.Object)];

    public override void LookUp(GroupLookups lookups) => lookups.AddErasedEvent(erasure.Object);

    public override void Decide(GroupLookups found, GroupPlan plan)
    {
        var states = found.States(erasure.Object).OrderBy(s => s.Sequence).ToList();
        _isErased = states.Count > 0 && states.Count == erasure.ExpectedVersion;
        if (!_isErased)
        {
            return;
        }
        var erased = states.ConvertAll(s => new StateRow(s.Sequence, ErasedValue.Erase(s.State, erasure.Values)));
        plan.States.AddRange(erased);
        plan.Append(EventRules.Body(erasure), Commitments.Of(erased[^1].State), erased[^1].State, ChangedKey.Other);
        plan.Events.Erased.Add(new NumberRow(erasure.ExpectedVersion, erasure.Object));
        plan.Events.RowsErased.AddRange(erasure.Rows.Select(row => new NumberRow(row, erasure.Object)));
    }

    public override void Complete(long head) => _done.SetResult(_isErased);

    public override void Fail(Exception cause) => _done.SetException(Translate(cause));
}
