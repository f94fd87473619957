using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Keeps what the node logs; a test whose node logged an error that it did not expect fails.</summary>
internal sealed class LogCapture : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string? Event, string Text)> _lines = new();
    private readonly ConcurrentDictionary<string, string> _expected = new();

    public IEnumerable<string> Texts => _lines.Select(l => l.Text);

    /// <summary>Lets errors of an event pass in this test, or only those of them that say something.</summary>
    public void Expect(string eventName, string text = "") => _expected[eventName] = text;

    /// <summary>Fails on unexpected errors since the last call.</summary>
    public void AssertQuiet()
    {
        var errors = _lines
            .Where(l =>
                l.Level >= LogLevel.Error
                && !(
                    _expected.TryGetValue(l.Event ?? "", out var text)
                    && l.Text.Contains(text, StringComparison.Ordinal)
                )
            )
            .Select(l => l.Text)
            .ToList();
        _lines.Clear();
        _expected.Clear();
        Assert.That(errors, Is.Empty, "The node logged errors.");
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose() { }

    private sealed class Logger(LogCapture capture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            capture._lines.Enqueue(
                (logLevel, eventId.Name, $"{logLevel} {eventId.Name}: {formatter(state, exception)} {exception}")
            );
    }
}
