using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Tests.Telemetry;

/// <summary>What the gRPC front end reports by.</summary>
[TestFixture]
public sealed class RequestMetricsTests
{
    [Test]
    public void RecordCall_Fault_IsMeasuredAndSaidInTheSpan()
    {
        var measured = new List<(double Seconds, Dictionary<string, object?> Tags)>();
        using var telemetry = new NodeTelemetry();
        var metrics = new RequestMetrics(telemetry);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == telemetry.Meter && instrument.Name == "rpc.server.call.duration")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>(
            (_, seconds, tags, _) => measured.Add((seconds, new(tags.ToArray())))
        );
        Assert.That(metrics.Enabled, Is.False);
        listener.Start();
        using var span = new Activity("POST");

        metrics.RecordCall(
            span,
            "idresolution.v1.Resolution/Resolve",
            "UNAVAILABLE",
            isFault: true,
            Stopwatch.GetTimestamp() - Stopwatch.Frequency
        );

        var expected = new Dictionary<string, object?>
        {
            ["rpc.system.name"] = "grpc",
            ["rpc.method"] = "idresolution.v1.Resolution/Resolve",
            ["rpc.response.status_code"] = "UNAVAILABLE",
            ["error.type"] = "UNAVAILABLE",
        };
        Assert.That(metrics.Enabled);
        Assert.That(measured.Single().Seconds, Is.InRange(1, 10));
        Assert.That(measured.Single().Tags, Is.EquivalentTo(expected));
        Assert.That(span.TagObjects, Is.EquivalentTo(expected));
        Assert.That(span.Status, Is.EqualTo(ActivityStatusCode.Error));
    }
}
