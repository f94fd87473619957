using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace IdResolution.Server.Tests.Telemetry;

/// <summary>A collector on a port of loopback that keeps what it is sent, by OTLP over HTTP or over gRPC.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private const int GrpcHeader = 5;

    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ConcurrentQueue<Span> Spans { get; } = new();

    public ConcurrentQueue<LogLine> Logs { get; } = new();

    /// <summary>The points of the last export: values are cumulative.</summary>
    public IReadOnlyList<Point> Points { get; private set; } = [];

    public IReadOnlyDictionary<string, string> Resource { get; private set; } = new Dictionary<string, string>();

    public static async Task<Collector> StartAsync(HttpProtocols protocol = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder
            .WebHost.UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(e => e.Protocols = protocol));
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/v1/{signal}", (HttpContext context, string signal) => collector.TakeAsync(context, signal, 0));
        app.MapPost(
            "/opentelemetry.proto.collector.{signal}.v1.{service}/Export",
            async (HttpContext context, string signal) =>
            {
                await collector.TakeAsync(context, signal == "trace" ? "traces" : signal, GrpcHeader);
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[GrpcHeader]);
                context.Response.AppendTrailer("grpc-status", "0");
            }
        );
        await app.StartAsync();
        return collector;
    }

    /// <summary>The points of a metric that have these attributes.</summary>
    public IEnumerable<Point> Of(string metric, params (string Name, string Value)[] attributes) =>
        Points.Where(p => p.Metric == metric && attributes.All(a => p.Attributes.GetValueOrDefault(a.Name) == a.Value));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context, string signal, int header)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new Message(body.ToArray().AsMemory(header));
        Resource = request.Path(1, 1).First().Attributes(1);
        switch (signal)
        {
            case "traces":
                foreach (var scope in request.Path(1, 2))
                {
                    foreach (var span in scope.All(2))
                    {
                        Spans.Enqueue(
                            new Span(
                                scope.All(1).First().Text(1),
                                span.Hex(1),
                                span.Hex(2),
                                span.Hex(4),
                                span.Text(5),
                                span.Attributes(9),
                                [.. span.All(13).Select(l => l.Hex(1))]
                            )
                        );
                    }
                }
                break;
            case "metrics":
                Points = [.. request.Path(1, 2, 2).SelectMany(PointsOf)];
                break;
            default:
                foreach (var record in request.Path(1, 2, 2))
                {
                    Logs.Enqueue(new LogLine(record.All(5).First().Text(1), record.Hex(9), record.Attributes(6)));
                }
                break;
        }
    }

    private static IEnumerable<Point> PointsOf(Message metric) =>
        metric
            .Path(5, 1)
            .Concat(metric.Path(7, 1))
            .Select(p => new Point(
                metric.Text(1),
                metric.Text(3),
                p.Has(6) ? p.Int(6) : p.Double(4),
                1,
                p.Attributes(7)
            ))
            .Concat(
                metric
                    .Path(9, 1)
                    .Select(p => new Point(metric.Text(1), metric.Text(3), p.Double(5), p.Int(4), p.Attributes(9)))
            );
}
