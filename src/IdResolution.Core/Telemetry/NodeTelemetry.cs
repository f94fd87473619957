using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace IdResolution.Core.Telemetry;

/// <summary>
/// What the node tells of its work: one source of spans and one meter. Who reports asks first whether anything listens
/// (<see cref="ActivitySource.HasListeners"/>, <see cref="Instrument.Enabled"/>), so that without a listener it costs the reading of a field.
/// </summary>
public static class NodeTelemetry
{
    /// <summary>The name of both, and the beginning of the names of what no convention names.</summary>
    public const string Name = "IdResolution";

    /// <summary>The attribute that says how something ended: <c>ok</c> or what was done, else the code of the error.</summary>
    public const string Outcome = "idresolution.outcome";

    private static readonly string? Version = typeof(NodeTelemetry).Assembly.GetName().Version?.ToString(3);

    /// <summary>The source of spans.</summary>
    public static ActivitySource Source { get; } = new(Name, Version);

    /// <summary>The meter of what is counted for the whole process.</summary>
    public static Meter Meter { get; } = NewMeter();

    /// <summary>A meter of the same name, for what is observed of one node and ends with it.</summary>
    public static Meter NewMeter() => new(Name, Version);
}
