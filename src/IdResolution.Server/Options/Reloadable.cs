using Microsoft.Extensions.Options;

namespace IdResolution.Server.Options;

/// <summary>A section of the settings that can change while the node runs. Thread-safe.</summary>
internal sealed class Reloadable<T>(T first) : IOptionsMonitor<T>
{
    private readonly Lock _lock = new();
    private volatile object _current = first!;
    private Action<T, string?>? _listeners;

    public T CurrentValue => (T)_current;

    public T Get(string? name) => CurrentValue;

    public IDisposable OnChange(Action<T, string?> listener)
    {
        lock (_lock)
        {
            _listeners += listener;
        }
        return new Listening(this, listener);
    }

    /// <summary>Replaces the section by a changed one, then calls the listeners.</summary>
    public void Set(T changed)
    {
        _current = changed!;
        Action<T, string?>? listeners;
        lock (_lock)
        {
            listeners = _listeners;
        }
        listeners?.Invoke(changed, null);
    }

    private void Remove(Action<T, string?> listener)
    {
        lock (_lock)
        {
            _listeners -= listener;
        }
    }

    private sealed class Listening(Reloadable<T> options, Action<T, string?> listener) : IDisposable
    {
        public void Dispose() => options.Remove(listener);
    }
}
