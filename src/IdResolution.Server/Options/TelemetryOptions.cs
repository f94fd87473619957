using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Telemetry</c>: where the node sends traces, metrics and logs.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>
    /// The URL of the OpenTelemetry collector. Default: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. If both are absent, nothing
    /// is exported.
    /// </summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>
    /// The protocol: <c>grpc</c> or <c>http/protobuf</c>. Default: <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, else
    /// <c>grpc</c>.
    /// </summary>
    public string? Protocol { get; set; }

    internal void Validate(List<Text> errors)
    {
        if (
            OtlpEndpoint is not null
            && (
                !Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var collector)
                || collector.Scheme is not ("http" or "https")
            )
        )
        {
            errors.Add(
                new(
                    $"Telemetry:OtlpEndpoint: '{OtlpEndpoint}' must be an http or https URL, such as "
                        + "http://127.0.0.1:4317.",
                    $"Telemetry:OtlpEndpoint：'{OtlpEndpoint}' 应为 http 或 https URL，例如 http://127.0.0.1:4317。"
                )
            );
        }
        if (Protocol is not (null or "grpc" or "http/protobuf"))
        {
            errors.Add(
                new(
                    $"Telemetry:Protocol: '{Protocol}' must be grpc or http/protobuf.",
                    $"Telemetry:Protocol：'{Protocol}' 应为 grpc 或 http/protobuf。"
                )
            );
        }
    }
}
