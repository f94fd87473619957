using System.Diagnostics;
using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Grpc;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace IdResolution.Server.Tests.Telemetry;

/// <summary>What a collector gets of a node, each test with a node of its own: values count from its start.</summary>
[TestFixture]
public sealed class TelemetryExportTests
{
    private const string Caller = "b7ad6b7169203331";
    private const int Patience = 30_000;

    private Collector _collector = null!;
    private TestNode _node = null!;
    private string _trace = "";
    private (string, string) _traceParent;

    [SetUp]
    public async Task StartAsync()
    {
        _collector = await Collector.StartAsync();
        _node = await TestNode.StartAsync(Configure);
        // Spans of other tests' nodes come too, of other traces.
        _trace = ActivityTraceId.CreateRandom().ToHexString();
        _traceParent = ("traceparent", $"00-{_trace}-{Caller}-01");
    }

    [TearDown]
    public async Task StopAsync()
    {
        _node.Log.AssertQuiet();
        await _node.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Test]
    public async Task Resolve_WithTraceParent_GivesSpansOfThatTrace()
    {
        var id = await _node.RegisterAsync();

        for (var i = 0; i < 2; i++)
        {
            // The worker may have been stopped by another test: a node that does not know the log's head asks the
            // store.
            await _node.Node.Tail.CatchUpAsync(CancellationToken.None);
            await _node.GetAsync($"/api/v1/identifiers/{id}", headers: _traceParent);
        }

        var spans = Spans(requests: 2);
        var requests = spans.Where(s => s.Parent == Caller && s.Scope == "Microsoft.AspNetCore").ToList();
        var load = spans.Single(s => s.Name == "cache load");
        var find = spans.Single(s => s.Name == "find idnode.db");
        Assert.Multiple(() =>
        {
            Assert.That(requests.Select(r => r.Name), Is.All.EqualTo("GET /api/v1/identifiers/{**id}"));
            Assert.That(requests, Has.Count.EqualTo(2));
            Assert.That(
                requests[0].Attributes,
                Is.SupersetOf(
                    new Dictionary<string, string>
                    {
                        ["http.request.method"] = "GET",
                        ["http.response.status_code"] = "200",
                        ["http.route"] = "/api/v1/identifiers/{**id}",
                        ["url.path"] = $"/api/v1/identifiers/{id}",
                    }
                )
            );
            Assert.That(requests.Select(r => r.Id), Does.Contain(load.Parent), "The cache was asked for by a request.");
            Assert.That(find.Parent, Is.EqualTo(load.Id));
            Assert.That(
                find.Attributes,
                Is.EquivalentTo(
                    new Dictionary<string, string>
                    {
                        ["db.system.name"] = "sqlite",
                        ["db.namespace"] = "idnode.db",
                        ["db.operation.name"] = "find",
                    }
                )
            );
        });
    }

    [Test]
    public async Task Register_Alone_HasItsCommitInItsTrace()
    {
        await _node.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", Body(_node.NewId()), _traceParent);

        var spans = Spans();
        var request = spans.Single(s => s.Parent == Caller);
        var write = spans.Single(s => s.Name == "write idnode.db");
        var commit = spans.Single(s => s.Name == "commit idnode.db");
        Assert.That(
            (request.Name, write.Parent, commit.Parent),
            Is.EqualTo(("POST /api/v1/identifiers", request.Id, write.Id))
        );
        Assert.That(commit.Attributes["db.operation.name"], Is.EqualTo("commit"));
    }

    [Test]
    public async Task Register_ManyAtOnce_AreLinkedWithTheCommitTheyShared()
    {
        // The writer is held at the first commit until all the others have come, so that the next group has them all.
        using var entered = new SemaphoreSlim(0);
        using var held = new ManualResetEventSlim();
        _node.Node.Store.OnCommitted(
            (first, last, keys) =>
            {
                entered.Release();
                held.Wait(Patience);
                _node.Node.Tail.Committed(first, last, keys);
            }
        );
        var first = _node.RegisterAsync();
        Assert.That(await entered.WaitAsync(Patience));

        var others = Enumerable.Range(0, 5).Select(_ => _node.RegisterAsync()).ToList();
        Assert.That(SpinWait.SpinUntil(() => _node.Node.Store.QueueDepth == 5, Patience));
        held.Set();
        await Task.WhenAll(others.Append(first));

        bool IsOfThisNode(Span span) => span.Attributes.GetValueOrDefault("server.port") == $"{_node.EndPoint.Port}";
        AwaitSpans(IsOfThisNode, 6);
        var traces = _collector.Spans.Where(IsOfThisNode).Select(s => s.Trace).ToHashSet();
        var commit = _collector.Spans.Single(s =>
            s is { Name: "commit idnode.db", LinkedTraces.Count: 5 } && traces.IsSupersetOf(s.LinkedTraces)
        );
        var writes = _collector
            .Spans.Where(s => s.Name == "write idnode.db" && s.LinkedTraces.Contains(commit.Trace))
            .ToList();
        Assert.That(commit.Parent, Is.Empty);
        // A write of the node itself may have joined them.
        Assert.That(int.Parse(commit.Attributes["db.operation.batch.size"]), Is.AtLeast(5));
        Assert.That(writes.Select(s => s.Trace), Is.EquivalentTo(commit.LinkedTraces));
    }

    [Test]
    public async Task Grpc_Calls_AreSpansOfTheirCallersTraceAndCounted()
    {
        const string resolve = "idresolution.v1.Resolver/Resolve";
        var id = await _node.RegisterAsync();
        using var client = new RawGrpc(_node.GrpcEndPoint);
        Task<(string? Status, byte[] Body)> Call(string method, string identifier) =>
            client.SendBytesAsync(
                method,
                new V1.ResolveRequest { Identifier = identifier }.ToByteArray(),
                headers: _traceParent
            );

        Assert.That((await Call(resolve, id)).Status, Is.EqualTo("0"));
        Assert.That((await Call(resolve, id)).Status, Is.EqualTo("0"));
        Assert.That((await Call(resolve, id + "-none")).Status, Is.EqualTo("5"));
        Assert.That((await Call("idresolution.v1.Resolver/None", id)).Status, Is.EqualTo("12"));
        Assert.That((await Call("idresolution.v1.Registry/Register", id)).Status, Is.EqualTo("16"));

        var calls = Spans(requests: 5).Where(s => s.Parent == Caller).ToList();
        double Counted(string operation, string outcome) =>
            Value(
                "idresolution.requests",
                ("idresolution.front_end", "grpc"),
                ("idresolution.operation", operation),
                ("idresolution.outcome", outcome)
            );
        Assert.Multiple(() =>
        {
            Assert.That(calls, Has.Count.EqualTo(5));
            Assert.That(calls.Count(s => s.Name == resolve), Is.EqualTo(3));
            Assert.That(
                calls[0].Attributes,
                Is.SupersetOf(
                    new Dictionary<string, string>
                    {
                        ["rpc.system.name"] = "grpc",
                        ["rpc.method"] = resolve,
                        ["rpc.response.status_code"] = "OK",
                    }
                )
            );
            Assert.That(
                calls.Select(s => s.Id),
                Does.Contain(_collector.Spans.First(s => s.Name == "cache load" && s.Trace == _trace).Parent),
                "The cache was asked for by a call."
            );
            Assert.That(Counted("resolve", "ok"), Is.EqualTo(2));
            Assert.That(Counted("resolve", "NotFound"), Is.EqualTo(1));
            Assert.That(Counted("other", "Unimplemented"), Is.EqualTo(1));
            Assert.That(Counted("register", "Unauthenticated"), Is.EqualTo(1));
            Assert.That(_collector.Of("rpc.server.call.duration").Sum(p => p.Count), Is.EqualTo(5));
        });
    }

    [Test]
    public async Task Metrics_OfKnownRequests_CountThem()
    {
        await _node.StopWorkerAsync();
        Flush();
        var committed = _collector.Of("idresolution.commit.size").Sum(p => p.Value);
        var id = await _node.RegisterAsync();
        await _node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers:batch",
            $$"""{"items":[{{string.Join(',', Enumerable.Range(0, 10).Select(_ => Body(_node.NewId())))}}]}"""
        );
        await _node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            """{"template":"part","identifier":"88.300.1/BAD","attributes":{}}"""
        );
        foreach (
            var path in new[]
            {
                $"/api/v1/identifiers/{id}",
                $"/api/v1/identifiers/{id}",
                $"/api/v1/identifiers/{id}",
                $"/{id}",
                "/api/v1/identifiers/88.300.1/NONE",
            }
        )
        {
            // In the worker's place: a node that does not know the log's head asks the store.
            await _node.Node.Tail.CatchUpAsync(CancellationToken.None);
            await _node.GetAsync(path);
        }

        await _node.Node.Tail.CatchUpAsync(CancellationToken.None);
        Flush();
        var head = await _node.Node.Log.HeadAsync(CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(Value("idresolution.cache.lookups", ("idresolution.cache.result", "hit")), Is.EqualTo(3));
            Assert.That(Value("idresolution.cache.lookups", ("idresolution.cache.result", "miss")), Is.EqualTo(2));
            Assert.That(Value("idresolution.cache.entries"), Is.EqualTo(2));
            Assert.That(
                Value("idresolution.cache.size"),
                Is.EqualTo(((Server.Caching.MemoryRecordCache)_node.Node.Cache).Bytes).And.GreaterThan(0)
            );
            Assert.That(Value("idresolution.commit.size") - committed, Is.EqualTo(11));
            Assert.That(
                Single("idresolution.commit.duration").Count,
                Is.EqualTo(Single("idresolution.commit.size").Count)
            );
            Assert.That(Value("idresolution.registrations", ("idresolution.outcome", "created")), Is.EqualTo(11));
            Assert.That(Value("idresolution.registrations", ("idresolution.outcome", "InvalidValue")), Is.EqualTo(1));
            Assert.That(Requests("rest", "resolve", "ok"), Is.EqualTo(3));
            Assert.That(Requests("rest", "resolve", "NotFound"), Is.EqualTo(1));
            Assert.That(Requests("rest", "register", "ok"), Is.EqualTo(1));
            Assert.That(Requests("rest", "register", "InvalidValue"), Is.EqualTo(1));
            Assert.That(Requests("rest", "register-batch", "ok"), Is.EqualTo(1));
            Assert.That(Requests("page", "resolve", "ok"), Is.EqualTo(1));
            Assert.That(Value("idresolution.log.head"), Is.EqualTo(head));
            Assert.That(Value("idresolution.log.lag"), Is.Zero);
            Assert.That(
                Value("idresolution.log_reader.lag", ("idresolution.log_reader.name", "statistics")),
                Is.InRange(0, head)
            );
            Assert.That(
                Value("idresolution.log_reader.dead_letters", ("idresolution.log_reader.name", "statistics")),
                Is.Zero
            );
            Assert.That(Value("idresolution.log.age"), Is.InRange(0, 60));
            Assert.That(Value("idresolution.write_queue.depth"), Is.Zero);
            Assert.That(
                Single("db.client.operation.duration", ("db.operation.name", "find")).Count,
                Is.EqualTo(3),
                "Two misses, and what was refused might have been a repetition."
            );
            Assert.That(Single("db.client.operation.duration", ("db.operation.name", "write")).Count, Is.EqualTo(2));
            Assert.That(
                Single(
                    "http.server.request.duration",
                    ("http.route", "/api/v1/identifiers/{**id}"),
                    ("http.response.status_code", "200")
                ).Count,
                Is.EqualTo(3)
            );
            Assert.That(_collector.Of("kestrel.active_connections"), Is.Not.Empty);
            Assert.That(_collector.Of("dotnet.gc.collections"), Is.Not.Empty);
        });
    }

    [Test]
    public async Task Metrics_OfAnotherNodeInTheProcess_AreNotCounted()
    {
        await using var other = await TestNode.StartAsync();
        await other.GetAsync($"/api/v1/identifiers/{await other.RegisterAsync()}");

        Flush();

        Assert.That(other.Node.Requests.Enabled, Is.False);
        Assert.That(
            _collector.Of("idresolution.log.head").Select(p => p.Value),
            Is.EqualTo(new[] { (double)_node.Node.Tail.Head })
        );
        Assert.That(
            _collector.Of("http.server.request.duration", ("http.route", "/api/v1/identifiers/{**id}")),
            Is.Empty
        );
        Assert.That(_collector.Of("idresolution.requests", ("idresolution.operation", "resolve")), Is.Empty);
        other.Log.AssertQuiet();
    }

    [Test]
    public async Task Logs_OfARequest_CarryItsTrace()
    {
        using (var connection = await _node.ConnectAsync())
        {
            await connection.RequestAsync(
                "GET",
                $"/api/v1/changes?after={_node.Node.Tail.Head}&wait=30",
                $"Authorization: Bearer {_node.KeyOf(Role.Reader)}\r\ntraceparent: {_traceParent.Item2}\r\n"
            );
        }

        Assert.That(
            SpinWait.SpinUntil(
                () =>
                {
                    _node.Services.GetRequiredService<LoggerProvider>().ForceFlush(Patience);
                    return _collector.Logs.Any(l =>
                        l.Trace == _trace
                        && l.Text.Contains("/api/v1/changes was cancelled by its caller", StringComparison.Ordinal)
                    );
                },
                Patience
            )
        );
        Assert.That(_collector.Logs.Select(l => l.Trace), Does.Contain(""), "Those of no request have no trace.");
    }

    [Test]
    public async Task HttpClient_OfThisProcess_PassesTheTraceOn()
    {
        await _node.GetAsync("/healthz");

        Flush();
        var client = _collector.Spans.Single(s =>
            s.Scope == "System.Net.Http" && s.Attributes["url.full"] == $"http://{_node.EndPoint}/healthz"
        );
        // The server ends its span when it has sent the answer, which may be after the client has read it.
        Assert.That(
            () =>
            {
                Flush();
                return _collector.Spans.Any(s => s.Parent == client.Id);
            },
            Is.True.After(Patience, 20)
        );
        var server = _collector.Spans.Single(s => s.Parent == client.Id);
        Assert.That((server.Trace, server.Scope), Is.EqualTo((client.Trace, "Microsoft.AspNetCore")));
        Assert.That(
            _collector.Spans.Where(s =>
                s.Attributes.GetValueOrDefault("url.full", "").StartsWith(_collector.Url, StringComparison.Ordinal)
            ),
            Is.Empty,
            "The export is no part of what it exports."
        );
    }

    [Test]
    public void Resource_SaysWhichNodeOfWhichVersion()
    {
        Flush();

        Assert.That(_collector.Resource["service.name"], Is.EqualTo("idnode"));
        Assert.That(_collector.Resource["service.version"], Is.EqualTo("0.1.0"));
        Assert.That(
            _collector.Resource.Keys,
            Is.SupersetOf(new[] { "service.instance.id", "host.name", "telemetry.sdk.version" })
        );
    }

    private static string Body(string id) =>
        $$$"""{"template":"part","identifier":"{{{id}}}","attributes":{"name":"thing"}}""";

    private void Configure(NodeOptions options) =>
        (options.Telemetry.OtlpEndpoint, options.Telemetry.Protocol) = (_collector.Url, "http/protobuf");

    private void Flush()
    {
        Assert.That(_node.Services.GetRequiredService<TracerProvider>().ForceFlush(Patience));
        Assert.That(_node.Services.GetRequiredService<MeterProvider>().ForceFlush(Patience));
    }

    /// <summary>
    /// The spans of the caller's trace. A request's span ends only after its answer was sent, so all of them are waited
    /// for.
    /// </summary>
    private List<Span> Spans(int requests = 1)
    {
        AwaitSpans(s => s.Trace == _trace && s.Parent == Caller, requests);
        return [.. _collector.Spans.Where(s => s.Trace == _trace)];
    }

    private void AwaitSpans(Func<Span, bool> wanted, int count) =>
        Assert.That(
            () =>
            {
                Flush();
                return _collector.Spans.Count(wanted);
            },
            Is.GreaterThanOrEqualTo(count).After(Patience, 20)
        );

    private Point Single(string metric, params (string, string)[] attributes) =>
        _collector.Of(metric, attributes).Single();

    private double Value(string metric, params (string, string)[] attributes) => Single(metric, attributes).Value;

    private double Requests(string frontEnd, string operation, string outcome) =>
        Value(
            "idresolution.requests",
            ("idresolution.front_end", frontEnd),
            ("idresolution.operation", operation),
            ("idresolution.outcome", outcome)
        );
}
