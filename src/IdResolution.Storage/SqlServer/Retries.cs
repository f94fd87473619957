using System.Diagnostics;
using Polly;
using Polly.Retry;

namespace IdResolution.Storage.SqlServer;

/// <summary>Repeats work that failed, with growing random pauses and a time limit.</summary>
internal static class Retries
{
    private static readonly ResiliencePropertyKey<long> s_began = new("began");

    /// <summary>A pipeline that repeats work after temporary failures. After the limit, the last is thrown.</summary>
    public static ResiliencePipeline Within(TimeSpan limit, Func<Exception, bool> isTemporary) =>
        new ResiliencePipelineBuilder()
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = TimeSpan.FromMilliseconds(4),
                    MaxDelay = TimeSpan.FromMilliseconds(200),
                    ShouldHandle = tried => new ValueTask<bool>(
                        tried.Outcome.Exception is { } e
                            && isTemporary(e)
                            && Stopwatch.GetElapsedTime(tried.Context.Properties.GetValue(s_began, 0)) < limit
                    ),
                }
            )
            .Build();

    /// <summary>Runs the work; the time limit starts now.</summary>
    public static async Task<T> RunAsync<T>(
        this ResiliencePipeline pipeline,
        Func<CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_began, Stopwatch.GetTimestamp());
        try
        {
            return await pipeline.ExecuteAsync(
                static (c, w) => new ValueTask<T>(w(c.CancellationToken)),
                context,
                work
            );
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
