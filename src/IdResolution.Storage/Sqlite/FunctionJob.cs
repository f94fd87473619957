namespace IdResolution.Storage.Sqlite;

/// <summary>A job that runs a function, for work off the hot path.</summary>
internal sealed class FunctionJob<T>(Func<WriteSession, T> function) : WriteJob
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    public override void Run(WriteSession session)
    {
        _result = function(session);
        session.ForgetHolds();
    }

    public override void Complete() => _done.SetResult(_result!);

    public override void Fail(Exception cause) => _done.SetException(Translate(cause));
}
