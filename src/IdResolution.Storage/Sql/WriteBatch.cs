namespace IdResolution.Storage.Sql;

/// <summary>Collects the results of a caller's writes; its task completes when each write has a result.</summary>
internal sealed class WriteBatch<T>(int count)
{
    private readonly TaskCompletionSource<IReadOnlyList<T>> _done = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly T[] _results = new T[count];
    private int _left = count;

    public Task<IReadOnlyList<T>> Task => _done.Task;

    public void Set(int position, T result)
    {
        _results[position] = result;
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.SetResult(_results);
        }
    }
}
