using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace IdResolution.StandIns.Tests.OpenTelemetry;

[TestFixture]
public sealed class AddOpenTelemetryTests
{
    private const string Name = "IdResolution.StandIns.Tests";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Host_ThatStartsAndEnds_ExportsAllThreeSignals()
    {
        using var source = new ActivitySource(Name);
        using var meter = new Meter(Name);
        var (spans, metrics, logs) = (new Kept<Activity>(s => s.DisplayName), new Kept<Metric>(m => m.Name), new Kept<LogRecord>(l => l.FormattedMessage ?? ""));
        var builder = Builder();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("standing-in"))
            .WithTracing(t => t.AddSource(Name).AddProcessor(new SimpleActivityExportProcessor(spans)))
            .WithMetrics(m => m.AddMeter(Name).AddReader(new BaseExportingMetricReader(metrics)))
            .WithLogging(l => l.AddProcessor(new SimpleLogRecordExportProcessor(logs)), o => o.IncludeFormattedMessage = true);
        Assert.That(source.HasListeners(), Is.False, "Nothing listens before the start.");

        using (var host = builder.Build())
        {
            await host.StartAsync().WaitAsync(s_patience);
            source.StartActivity("work")!.Dispose();
            meter.CreateCounter<long>("works").Add(1);
#pragma warning disable CA1848, CA2254 // One line for a test.
            host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(Name).LogWarning("worked");
#pragma warning restore CA1848, CA2254
            await host.StopAsync().WaitAsync(s_patience);
        }

        Assert.That(spans.Items, Is.EqualTo(["work"]));
        Assert.That(metrics.Items, Is.EqualTo(["works"]));
        Assert.That(logs.Items, Does.Contain("worked"));
        Assert.That(new[] { spans.Resource, metrics.Resource, logs.Resource }.Select(r => r["service.name"]), Is.All.EqualTo("standing-in"));
        Assert.That(source.HasListeners(), Is.False, "The host's end ends the providers.");
    }

    [Test]
    public void AddOpenTelemetry_Twice_AddsOneServiceAheadOfOthers()
    {
        var services = new ServiceCollection();
        services.AddHostedService<Idle>();

        var builder = services.AddOpenTelemetry();
        services.AddOpenTelemetry();

        var hosted = services.Where(s => s.ServiceType == typeof(IHostedService)).Select(s => s.ImplementationType!.Name);
        Assert.That(hosted, Is.EqualTo(["TelemetryHostedService", nameof(Idle)]));
        Assert.That(((IOpenTelemetryBuilder)builder).Services, Is.SameAs(services));
    }

    [Test]
    public async Task WithTracing_Alone_MakesNoOtherProvider()
    {
        var builder = Builder();
        builder.Services.AddOpenTelemetry().WithTracing().WithTracing();
        using var host = builder.Build();

        await host.StartAsync().WaitAsync(s_patience);

        Assert.That(host.Services.GetServices<TracerProvider>().Count(), Is.EqualTo(1));
        Assert.That(host.Services.GetService<MeterProvider>(), Is.Null);
        Assert.That(host.Services.GetService<LoggerProvider>(), Is.Null);
        await host.StopAsync().WaitAsync(s_patience);
    }

    private static HostApplicationBuilder Builder() => Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());

    private sealed class Idle : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
