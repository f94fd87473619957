using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace IdResolution.Core.Telemetry;

/// <summary>
/// A node's meter and source of spans. Each node has its own, so that several nodes in one process do not count for
/// each other. Code that reports checks first if anything listens (<see cref="ActivitySource.HasListeners"/>,
/// <see cref="Instrument.Enabled"/>). Without a listener, the cost is one read of a field.
/// </summary>
public sealed class NodeTelemetry : IDisposable
{
    /// <summary>The name of meter and source, and the start of names that no convention gives.</summary>
    public const string Name = "IdResolution";

    /// <summary>
    /// The attribute with the outcome of an operation: <c>ok</c> or what was done, or the error code.
    /// </summary>
    public const string Outcome = "idresolution.outcome";

    private static readonly string? Version = typeof(NodeTelemetry).Assembly.GetName().Version?.ToString(3);

    /// <summary>Makes a source and a meter for one node.</summary>
    public NodeTelemetry() => Meter = new Meter(new MeterOptions(Name) { Version = Version, Scope = this });

    /// <summary>For code that runs outside a node. Nobody exports it.</summary>
    public static NodeTelemetry None { get; } = new();

    /// <summary>The source of the node's spans.</summary>
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
