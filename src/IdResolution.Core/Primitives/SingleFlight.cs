using System.Collections.Concurrent;

namespace IdResolution.Core.Primitives;

/// <summary>
/// Does work for a key once at a time. Callers that come while it runs wait for its result. Thread-safe.
/// </summary>
public sealed class SingleFlight<TKey, T>
    where TKey : notnull
{
    // Lazy, so that only one of several concurrent callers begins the work.
    private readonly ConcurrentDictionary<TKey, Lazy<Task<T>>> _running = new();

    /// <summary>The running work for a key, or null.</summary>
    public Task<T>? Find(TKey key) => _running.TryGetValue(key, out var running) ? running.Value : null;

    /// <summary>
    /// Joins the running work for a key, or begins it. The work continues even if callers give up, so it takes no
    /// token.
    /// </summary>
    public Task<T> JoinOrBegin(TKey key, Func<Task<T>> work) =>
        _running
            .GetOrAdd(key, _ => new Lazy<Task<T>>(() => Task.Run(() => DoAsync(key, work), CancellationToken.None)))
            .Value;

    private async Task<T> DoAsync(TKey key, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }
}
