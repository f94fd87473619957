using IdResolution.Core.Events;
using IdResolution.Core.Telemetry;

namespace IdResolution.Server.Hosting.Telemetry;

/// <summary>How many holds there are, as the store was last asked. Thread-safe.</summary>
internal sealed class HoldGauges
{
    private readonly IEventUpkeep _upkeep;
    private long _inForce;
    private long _spreading;

    /// <summary>Adds the gauges to the node's meter. They end with the meter.</summary>
    public HoldGauges(NodeTelemetry telemetry, IEventUpkeep upkeep)
    {
        _upkeep = upkeep;
        telemetry.Meter.CreateObservableGauge(
            "idresolution.holds",
            () => Volatile.Read(ref _inForce),
            "{hold}",
            "Holds in force."
        );
        telemetry.Meter.CreateObservableGauge(
            "idresolution.holds.spreading",
            () => Spreading,
            "{hold}",
            "Holds that did not reach yet everything made from their items."
        );
    }

    /// <summary>Holds that did not reach yet everything made from their items.</summary>
    public long Spreading => Volatile.Read(ref _spreading);

    /// <summary>Asks the store. Returns the number of holds that are spreading.</summary>
    public async ValueTask<long> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = await _upkeep.CountHoldsAsync(cancellationToken);
        Volatile.Write(ref _inForce, counts.InForce);
        Volatile.Write(ref _spreading, counts.Spreading);
        return counts.Spreading;
    }
}
