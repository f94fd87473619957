using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace IdResolution.Core.Telemetry;

/// <summary>
/// What a node tells of its work: a source of spans and a meter, each node its own, so that several in one process do
/// not count for each other. Who reports asks first whether anything listens
/// (<see cref="ActivitySource.HasListeners"/>, <see cref="Instrument.Enabled"/>), so that without a listener it costs
/// the reading of a field.
/// </summary>
public sealed class NodeTelemetry : IDisposable
{
    /// <summary>The name of both, and the beginning of the names of what no convention names.</summary>
    public const string Name = "IdResolution";

    /// <summary>
    /// The attribute that says how something ended: <c>ok</c> or what was done, else the code of the error.
    /// </summary>
    public const string Outcome = "idresolution.outcome";

    private static readonly string? Version = typeof(NodeTelemetry).Assembly.GetName().Version?.ToString(3);

    /// <summary>Makes source and meter.</summary>
    public NodeTelemetry() => Meter = new Meter(new MeterOptions(Name) { Version = Version, Scope = this });

    /// <summary>For what works outside of a node; nobody exports it.</summary>
    public static NodeTelemetry None { get; } = new();

    /// <summary>The source of spans.</summary>
    public ActivitySource Source { get; } = new(Name, Version);

    /// <summary>The meter; its scope is this object.</summary>
    public Meter Meter { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        Meter.Dispose();
    }
}
