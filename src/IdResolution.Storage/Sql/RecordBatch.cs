using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>Collects the results of a caller's writes; its task completes when each write has a result.</summary>
internal sealed class RecordBatch(int count)
{
    private readonly TaskCompletionSource<IReadOnlyList<RecordWriteResult>> _done = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly RecordWriteResult[] _results = new RecordWriteResult[count];
    private int _left = count;

    public Task<IReadOnlyList<RecordWriteResult>> Task => _done.Task;

    public void Set(int position, RecordWriteResult result)
    {
        _results[position] = result;
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.SetResult(_results);
        }
    }
}
