namespace IdResolution.Benchmarks.Servers;

/// <summary>
/// Servers of a benchmark end with the process that started them, however that ends: their standard input does.
/// </summary>
internal static class StandardInput
{
    public static CancellationTokenSource CancelledAtEnd()
    {
        var source = new CancellationTokenSource();
        var thread = new Thread(() =>
        {
            while (Console.In.Read() >= 0) { }
            source.Cancel();
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return source;
    }
}
