namespace IdResolution.Server.Options;

/// <summary>Where traces, metrics and logs go.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>
    /// The OpenTelemetry collector; by default <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, and without that nothing is
    /// exported.
    /// </summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>
    /// <c>grpc</c> or <c>http/protobuf</c>; by default <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, and without that
    /// <c>grpc</c>.
    /// </summary>
    public string? Protocol { get; set; }

    internal void Validate(List<string> errors)
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
                $"Telemetry:OtlpEndpoint: '{OtlpEndpoint}' must be an http or https URL, such as http://127.0.0.1:4317."
            );
        }
        if (Protocol is not (null or "grpc" or "http/protobuf"))
        {
            errors.Add($"Telemetry:Protocol: '{Protocol}' must be grpc or http/protobuf.");
        }
    }
}
