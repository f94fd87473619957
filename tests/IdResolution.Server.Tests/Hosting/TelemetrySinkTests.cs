using IdResolution.Core.Access;
using IdResolution.Server.Hosting.Auditing;
using Microsoft.Extensions.Logging;

namespace IdResolution.Server.Tests.Hosting;

/// <summary>Lines of the audit log that go where telemetry goes.</summary>
[TestFixture]
public sealed class TelemetrySinkTests
{
    [Test]
    public async Task Lines_GivenToTelemetry_AreLogRecordsWithEveryMember()
    {
        using var kept = new Kept();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(kept));
        var sink = new TelemetrySink(loggers);
        var line = new AuditEvent(1_772_352_000_123_456, "k1", "GET history", "88.1/X", "Forbidden", 3)
        {
            Id = 7,
            Kind = AuditKind.Denial,
            Source = "192.0.2.1",
            OsUser = "ann",
            Trace = "0af7651916cd43dd8448eb211c80319c",
            Node = "plant-1",
        };

        await sink.SendAsync([line, line with { Id = 8 }], CancellationToken.None);

        Assert.That(kept.Records.Select(record => record["Id"]), Is.EqualTo([7L, 8L]));
        var first = kept.Records[0].Where(static member => member.Key is not ("{OriginalFormat}" or "Id"));
        Assert.That(
            first,
            Is.EquivalentTo(
                new Dictionary<string, object?>
                {
                    ["Time"] = line.Time,
                    ["Kind"] = AuditKind.Denial,
                    ["Caller"] = "k1",
                    ["Source"] = "192.0.2.1",
                    ["OsUser"] = "ann",
                    ["Action"] = "GET history",
                    ["Target"] = "88.1/X",
                    ["Outcome"] = "Forbidden",
                    ["Count"] = 3L,
                    ["AuditTrace"] = line.Trace,
                    ["Node"] = "plant-1",
                }
            )
        );
        Assert.That((kept.Category, sink.Sent), Is.EqualTo((TelemetrySink.Category, 8L)));
    }

    /// <summary>Keeps the members of log records.</summary>
    private sealed class Kept : ILoggerProvider, ILogger
    {
        public List<Dictionary<string, object?>> Records { get; } = [];

        public string? Category { get; private set; }

        public ILogger CreateLogger(string categoryName)
        {
            Category = categoryName;
            return this;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Records.Add(((IReadOnlyList<KeyValuePair<string, object?>>)state!).ToDictionary());

        public void Dispose() { }
    }
}
