using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Http;
using IdResolution.Server.Rest;
using IdResolution.Server.Telemetry;
using Microsoft.AspNetCore.Http;

namespace IdResolution.Server.Tests.Telemetry;

/// <summary>What a request over HTTP is counted as.</summary>
public sealed class RequestTelemetryTests
{
    [TestCase("/plain/88.1/A", "plain", "plain resolve")]
    [TestCase("/88.1/A", null, "page resolve")]
    [TestCase("/", null, "page home")]
    [TestCase("/api/none", null, "rest other")]
    public void Count_ARouteThatNamesItself_IsCountedSo(string path, string? frontEnd, string expected)
    {
        using var telemetry = new NodeTelemetry();
        var counted = new List<string>();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add($"{tags[0].Value} {tags[1].Value}"));
        var metrics = new RequestMetrics(telemetry);
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == telemetry.Meter)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.Start();
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        if (frontEnd is not null)
        {
            var name = new CallName(frontEnd, "resolve");
            context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(name), null));
        }

        RequestTelemetry.Count(metrics, context, null, new RequestOutcome());

        Assert.That(counted, Is.EqualTo(new[] { expected }));
    }
}
