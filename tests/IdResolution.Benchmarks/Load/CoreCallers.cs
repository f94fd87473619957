using System.Diagnostics;
using IdResolution.Benchmarks.Data;
using IdResolution.Core.Access;
using IdResolution.Core.Registration;
using IdResolution.Server.Hosting;

namespace IdResolution.Benchmarks.Load;

/// <summary>Callers that register one item after the other through the core, all at once.</summary>
internal static class CoreCallers
{
    private static long _series;

    /// <summary>Registrations a second.</summary>
    public static async Task<double> RunAsync(
        NodeContainer node,
        int callers,
        int keys,
        TimeSpan time,
        CancellationToken cancellationToken
    )
    {
        var series = $"CORE{Interlocked.Increment(ref _series)}";
        var done = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(caller =>
                    Task.Run(
                        async () =>
                        {
                            for (var i = 0L; clock.Elapsed < time; i++)
                            {
                                var result = await node.Get<Registrar>()
                                    .RegisterAsync(
                                        Item.Request(series, (i * callers) + caller, keys),
                                        Caller.Node,
                                        cancellationToken
                                    );
                                if (!result.IsOk)
                                {
                                    throw new InvalidOperationException(result.Error.Message.En);
                                }
                                Interlocked.Increment(ref done);
                            }
                        },
                        cancellationToken
                    )
                )
        );
        return done / clock.Elapsed.TotalSeconds;
    }
}
