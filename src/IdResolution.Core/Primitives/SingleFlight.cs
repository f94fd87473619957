using System.Collections.Concurrent;

namespace IdResolution.Core.Primitives;

/// <summary>
/// Does work for a key once at a time: who comes while it is under way waits for its end. Thread-safe.
/// </summary>
public sealed class SingleFlight<TKey, T>
    where TKey : notnull
{
    // Lazy, so that of those who come at once one begins.
    private readonly ConcurrentDictionary<TKey, Lazy<Task<T>>> _running = new();

    /// <summary>The work under way for a key, or null.</summary>
    public Task<T>? Find(TKey key) => _running.TryGetValue(key, out var running) ? running.Value : null;

    /// <summary>
    /// The work under way for a key; begins it where there is none. It goes on for those who joined it, whoever gives
    /// up, so it has no token.
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
