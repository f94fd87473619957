using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Hosting.Auditing;
using IdResolution.Server.Options;
using IdResolution.Server.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace IdResolution.Server.Hosting.Telemetry;

/// <summary>Exports traces, metrics and logs by OTLP. Without a configured endpoint, nothing is registered.</summary>
internal static class TelemetryExport
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>
    /// Adds the export if <c>Telemetry:OtlpEndpoint</c> or the standard variable names an endpoint. Call it before
    /// other hosted services are added, so that their end is exported too.
    /// </summary>
    public static void AddTelemetryExport(this WebApplicationBuilder builder, TelemetryOptions options)
    {
        var configuration = Configuration(options);
        if (!configuration.ContainsKey(EndpointVariable))
        {
            return;
        }
        // The SDK reads the standard variables from the host's configuration.
        builder.Configuration.AddInMemoryCollection(configuration);
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(Describe)
            .WithTracing(tracing =>
                tracing
                    .AddSource(NodeTelemetry.Name, "System.Net.Http")
                    .AddAspNetCoreInstrumentation(static requests =>
                        requests.EnrichWithHttpResponse = HttpSpans.Complete
                    )
            )
            .WithMetrics(metrics =>
                metrics.AddMeter(
                    NodeTelemetry.Name,
                    "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel",
                    "System.Runtime"
                )
            )
            .WithLogging(null, logs => logs.IncludeFormattedMessage = true)
            .UseOtlpExporter();
        KeepOwnMeters(builder.Services);
        builder.Services.AddHostedService<TelemetryEnd>().AddSingleton<IAuditSink, TelemetrySink>();
    }

    /// <summary>
    /// Describes the exporting service. The operator's values (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) override
    /// ours.
    /// </summary>
    private static void Describe(ResourceBuilder resource) =>
        resource
            .Clear()
            .AddService("idnode", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3))
            .AddAttributes([new("host.name", Environment.MachineName)])
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();

    /// <summary>
    /// Drops the meters of other nodes in this process and of their hosts. The SDK selects meters by name only, and
    /// these have the same names.
    /// </summary>
    private static void KeepOwnMeters(IServiceCollection services) =>
        services.ConfigureOpenTelemetryMeterProvider(
            (provider, metrics) =>
            {
                var host = provider.GetRequiredService<IMeterFactory>();
                var node = provider.GetRequiredService<NodeTelemetry>();
                metrics.AddView(instrument =>
                    instrument.Meter.Scope is { } scope && scope != host && scope != node
                        ? MetricStreamConfiguration.Drop
                        : null
                );
            }
        );

    /// <summary>The standard variables that are set. The node's own settings override them.</summary>
    private static Dictionary<string, string?> Configuration(TelemetryOptions options)
    {
        var configuration = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (
                variable is { Key: string name, Value: string { Length: > 0 } value }
                && name.StartsWith("OTEL_", StringComparison.Ordinal)
            )
            {
                configuration[name] = value;
            }
        }
        if (options.OtlpEndpoint is not null)
        {
            configuration[EndpointVariable] = options.OtlpEndpoint;
        }
        if (options.Protocol is not null)
        {
            configuration[ProtocolVariable] = options.Protocol;
        }
        return configuration;
    }
}
