using Grpc.Core;
using Grpc.Net.Client;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.Grpc;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>What gRPC and REST say of the same events, and what an answer of gRPC has room for.</summary>
[TestFixture]
public sealed class EventMethodTests : NodeFixture
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static b => b, static b => b);

    private GrpcChannel _channel = null!;

    [OneTimeSetUp]
    public void Connect() => _channel = GrpcChannel.ForAddress($"http://{Server.GrpcEndPoint}");

    [OneTimeTearDown]
    public void Disconnect() => _channel.Dispose();

    [Test]
    public async Task Event_OverBothProtocols_IsTheSame()
    {
        var item = Server.NewId();
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$$"""
            {"type": "hold", "time": "2026-03-01T08:00:00.5Z", "scope": "made-from",
            "items": [{"identifier": "{{{item}}}", "quantity": 2.50}], "persons": ["王 <a>"], "measurements": {"characteristic": "width", "value": 1e1},
            "defects": "D1", "ex:kept": {"as": [1.0, "é"]}}
            """
        );
        var id = sent.Json.GetProperty("event").GetString()!;

        var shown = await CallAsync("GetEvent", new V1.GetEventRequest { Event = id }, V1.ShownEvent.Parser);
        var again = await CallAsync("Record", shown.Content, V1.RecordedEvent.Parser);

        Assert.That((again.Event, again.Outcome), Is.EqualTo((id, V1.RecordOutcome.Same)));
        Assert.That(shown.Content.Scope, Is.EqualTo(V1.HoldScope.MadeFrom));
        Assert.That(shown.Content.Extensions.Single().Json, Is.EqualTo("""{"as":[1.0,"é"]}"""));
    }

    [Test]
    public async Task EventWithErasedPerson_ShowsAnEmptyThingInItsPlace()
    {
        var item = Server.NewId();
        var recorded = await CallAsync(
            "Record",
            new V1.Event
            {
                Type = V1.EventType.Operate,
                Time = "2026-03-01T08:00:00Z",
                Items = { new V1.Thing { Text = item } },
                Persons =
                {
                    new V1.Thing { Text = "Wang" },
                    new V1.Thing { Text = "Li" },
                },
            },
            V1.RecordedEvent.Parser
        );
        await Server
            .Services.GetRequiredService<EventEraser>()
            .EraseAsync(recorded.Event, ["persons[0]"], Caller.CommandLine, CancellationToken.None);

        var shown = await CallAsync(
            "GetEvent",
            new V1.GetEventRequest { Event = recorded.Event },
            V1.ShownEvent.Parser
        );

        Assert.That(
            shown.Content.Persons,
            Is.EqualTo(
                new[]
                {
                    new V1.Thing(),
                    new V1.Thing { Text = "Li" },
                }
            )
        );
    }

    [Test]
    public async Task ListEvents_LongEvents_ComeInMessagesThatEveryClientTakes()
    {
        var item = Server.NewId();
        for (var i = 0; i < 9; i++)
        {
            var observed = new V1.Event
            {
                Type = V1.EventType.Observe,
                Time = $"2026-03-01T08:00:0{i}Z",
                Items = { new V1.Thing { Text = item } },
                Extensions =
                {
                    new V1.Extension { Name = "ex:long", Json = '"' + new string('x', 900_000) + '"' },
                },
            };
            await CallAsync("Record", observed, V1.RecordedEvent.Parser);
        }
        var (times, sizes) = (new List<string>(), new List<int>());
        var request = new V1.ListEventsRequest { Item = item };
        V1.ListEventsResponse page;
        do
        {
            page = await CallAsync("ListEvents", request, V1.ListEventsResponse.Parser);
            times.AddRange(page.Items.Select(shown => shown.Content.Time));
            sizes.Add(page.CalculateSize());
            request.After = page.Next;
        } while (page.HasNext);

        Assert.That(times, Has.Count.EqualTo(9).And.Ordered);
        Assert.That(times, Is.Unique);
        Assert.That(sizes, Has.All.LessThan(4 << 20));
    }

    [TestCase(10_001)]
    [TestCase(ElementCounter.Most + 1)]
    public async Task Event_WithTooManyThings_IsTooLarge(int count)
    {
        var observed = new V1.Event { Type = V1.EventType.Observe, Time = "2026-03-01T08:00:00Z" };
        observed.Items.AddRange(Enumerable.Repeat(new V1.Thing(), count));
        var batch = new V1.RecordBatchRequest { Items = { observed } };

        var one = await Assert.ThrowsAsync<RpcException>(() => CallAsync("Record", observed, V1.RecordedEvent.Parser));
        Assert.That(one!.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted), one.Status.Detail);
        if (count > ElementCounter.Most)
        {
            var all = await Assert.ThrowsAsync<RpcException>(() =>
                CallAsync("RecordBatch", batch, V1.RecordBatchResponse.Parser)
            );
            Assert.That(all!.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted), all.Status.Detail);
        }
    }

    [Test]
    public async Task Message_OfManyEmptyThings_IsRefusedBeforeItIsMade()
    {
        var observed = new V1.Event();
        observed.Items.AddRange(Enumerable.Repeat(new V1.Thing(), 2_000_000));
        var message = Google.Protobuf.MessageExtensions.ToByteArray(observed);
        using var call = _channel
            .CreateCallInvoker()
            .AsyncUnaryCall(
                Described("Traceability", "Record", V1.RecordedEvent.Parser, MethodType.Unary),
                null,
                Options(),
                message
            );

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        // What counts the elements says it, ahead of what makes them.
        Assert.That(refused.Status.Detail, Does.Contain("in all its lists"));
    }

    [Test]
    public void Register_FaultOfAnExtension_NamesItsPlace()
    {
        var item = new V1.RegisterRequest { Template = "part" };
        item.Events.Add(new V1.Event());
        item.Events.Add(
            new V1.Event
            {
                Extensions =
                {
                    new V1.Extension { Name = "ex:x", Json = "{" },
                },
            }
        );

        Assert.That(MessageReader.Item(item).Error!.Field, Is.EqualTo("events[1].extensions[0].json"));
    }

    [Test]
    public async Task FindCommon_OverBothProtocols_FindsTheSame()
    {
        var id = Server.NewId();
        var events = Enumerable
            .Range(0, 32)
            .Select(i => new V1.Event
            {
                Type = V1.EventType.Operate,
                Time = $"2026-03-{1 + (i / 24):D2}T{i % 24:D2}:00:00Z",
                Items = { new V1.Thing { Text = $"{id}-{i}" } },
                Equipment = { new V1.Thing { Text = "press 1" } },
            });
        await CallAsync("RecordBatch", new V1.RecordBatchRequest { Items = { events } }, V1.RecordBatchResponse.Parser);
        var request = new V1.FindCommonRequest
        {
            Bad = new V1.ItemChoice { Identifier = { Enumerable.Range(0, 8).Select(i => $"{id}-{i}") } },
            Good = new V1.ItemChoice { Identifier = { Enumerable.Range(8, 24).Select(i => $"{id}-{i}") } },
        };

        var found = await CallAsync("FindCommon", request, V1.FindCommonResponse.Parser);
        var body = new { bad = request.Bad.Identifier, good = request.Good.Identifier };
        var answer = await Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/trace:common",
            System.Text.Json.JsonSerializer.Serialize(body)
        );

        var (own, other) = (found.Findings.Single(), answer.Json.GetProperty("findings")[0]);
        Assert.Multiple(() =>
        {
            Assert.That(own.Cause.Kind, Is.EqualTo(V1.CauseKind.Equipment));
            Assert.That((own.Bad, own.Good, own.Cause.Text), Is.EqualTo((8, 0, true)));
            Assert.That(own.Cause.To.ToDateTimeOffset(), Is.EqualTo(other.GetProperty("to").GetDateTimeOffset()));
            Assert.That(own.P, Is.EqualTo(other.GetProperty("p").GetDouble()));
            Assert.That(
                own.Events,
                Is.EqualTo(
                    other.GetProperty("evidence").GetProperty("events").EnumerateArray().Select(e => e.GetString())
                )
            );
        });
    }

    [Test]
    public async Task RollUp_OfACost_IsThatOfRest()
    {
        var id = await Server.RegisterAsync(""" "attributes":{"name":"n","cost":12.5} """);
        var request = new V1.RollUpRequest
        {
            Root = id,
            Attribute = "cost",
            Function = V1.RollUpFunction.Sum,
        };

        var made = await CallAsync("RollUp", request, V1.RollUpResponse.Parser);

        var group = made.Groups.Single();
        Assert.That((made.Root, made.Found, made.MissingCount), Is.EqualTo((id, 1, 0)));
        Assert.That((group.Value, group.Unit, group.Lowest, group.Items), Is.EqualTo(("12.5", "CNY", id, 1)));
    }

    [Test]
    public async Task RollUp_OfAMeasurement_CountsWhatWasNotMeasured()
    {
        var id = await Server.RegisterAsync();
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""
            {"type":"inspect","time":"2026-03-01T08:00:00Z","items":["{{Server.NewId()}}"],
             "measurements":[{"characteristic":"rolled","value":1}]}
            """
        );
        Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());
        var request = new V1.RollUpRequest
        {
            Root = id,
            Measurement = "rolled",
            Function = V1.RollUpFunction.Sum,
        };

        var made = await CallAsync("RollUp", request, V1.RollUpResponse.Parser);

        Assert.That((made.Found, made.Groups.Count, made.MissingCount), Is.EqualTo((1, 0, 0)));
        Assert.That(
            made.Unmeasured,
            Is.EqualTo(
                new[]
                {
                    new V1.RollUpUnmeasured { Template = "part", Count = 1 },
                }
            )
        );
    }

    [Test]
    public async Task Status_Trace_AndList_OfAnItemNamedByAUri_ReadItAsRecordingDoes()
    {
        var (box, serial) = (Server.NewId("box"), Guid.NewGuid().ToString("N")[..12]);
        var epc = $"urn:epc:id:sgtin:6912345.011122.{serial}";
        var link = $"https://example.com/01/06912345111225/21/{serial}";
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"assemble","time":"2026-03-01T08:00:00Z","parent":"{{box}}","children":"{{epc}}"}"""
        );
        Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());

        var status = await CallAsync("GetStatus", new V1.GetStatusRequest { Identifier = link }, V1.ItemStatus.Parser);
        var list = await CallAsync(
            "ListEvents",
            new V1.ListEventsRequest { Item = link },
            V1.ListEventsResponse.Parser
        );
        var trace = await StreamAsync(
            "Trace",
            new V1.TraceRequest
            {
                Identifier = link,
                Direction = V1.TraceDirection.Forward,
                Explain = box,
            },
            V1.TraceResponse.Parser
        );

        Assert.That((status.Identifier, status.Parent), Is.EqualTo((epc, box)));
        Assert.That(list.Items, Has.Count.EqualTo(1));
        Assert.That(
            trace.Where(part => part.Node is not null).Select(part => part.Node.Identifier),
            Is.EquivalentTo([epc, box])
        );
    }

    [Test]
    public async Task Trace_OfManyItems_ComesWhole()
    {
        var root = Server.NewId();
        const int Made = 3_000;
        var cut = new V1.Event
        {
            Type = V1.EventType.Transform,
            Time = "2026-03-01T08:00:00Z",
            Inputs = { new V1.Thing { Text = root } },
        };
        cut.Outputs.AddRange(Enumerable.Range(0, Made).Select(i => new V1.Thing { Text = $"{root}-{i}" }));
        await CallAsync("Record", cut, V1.RecordedEvent.Parser);

        foreach (var analyse in new[] { false, true })
        {
            var request = new V1.TraceRequest
            {
                Identifier = root,
                Direction = V1.TraceDirection.Forward,
                Analyse = analyse,
            };
            var parts = await StreamAsync("Trace", request, V1.TraceResponse.Parser);

            Assert.That(parts.Count(part => part.Node is not null), Is.EqualTo(Made + 1));
            Assert.That(parts.Count(part => part.Link is not null), Is.EqualTo(Made));
            Assert.That((parts[0].Start.Root, parts[^1].End.Complete), Is.EqualTo((root, true)));
        }
    }

    [Test]
    public async Task Trace_Attribute_ShowsItOfTheItems()
    {
        var id = await Server.RegisterAsync();
        await Server.ObserveAsync(id);

        var request = new V1.TraceRequest { Identifier = id, Attribute = { "name" } };
        var parts = await StreamAsync("Trace", request, V1.TraceResponse.Parser);

        var node = parts.Single(part => part.Node is not null).Node;
        Assert.That(node.Attributes.Fields["name"].StringValue, Is.EqualTo("thing"));
    }

    [Test]
    public async Task Watch_ShowsEvents()
    {
        var id = await Server.ObserveAsync(Server.NewId());
        var head = (await Server.Node.Log.HeadAsync(CancellationToken.None)) - 1;

        var described = Described<V1.WatchResponse>("Resolver", "Watch", V1.WatchResponse.Parser);
        using var end = new CancellationTokenSource();
        using var watching = _channel
            .CreateCallInvoker()
            .AsyncServerStreamingCall(
                described,
                null,
                Options(end.Token),
                Google.Protobuf.MessageExtensions.ToByteArray(new V1.WatchRequest { Cursor = $"{head}" })
            );
        while (watching.ResponseStream.Current?.Change is null)
        {
            Assert.That(await watching.ResponseStream.MoveNext(end.Token));
        }
        await end.CancelAsync();

        var change = watching.ResponseStream.Current.Change;
        Assert.That((change.Kind, change.Code), Is.EqualTo((V1.ChangeKind.Event, id)));
    }

    private static Method<byte[], T> Described<T>(
        string service,
        string name,
        Google.Protobuf.MessageParser<T> parser,
        MethodType type = MethodType.ServerStreaming
    )
        where T : Google.Protobuf.IMessage<T> =>
        new(
            type,
            $"idresolution.v1.{service}",
            name,
            s_bytes,
            Marshallers.Create<T>(static _ => throw new NotSupportedException(), parser.ParseFrom)
        );

    private CallOptions Options(CancellationToken cancellationToken = default) =>
        new(
            new Metadata { { "authorization", $"Bearer {Server.KeyOf(Role.Registrar)}" } },
            cancellationToken: cancellationToken
        );

    private async Task<T> CallAsync<T>(
        string name,
        Google.Protobuf.IMessage request,
        Google.Protobuf.MessageParser<T> parser
    )
        where T : class, Google.Protobuf.IMessage<T>
    {
        using var call = _channel
            .CreateCallInvoker()
            .AsyncUnaryCall(
                Described("Traceability", name, parser, MethodType.Unary),
                null,
                Options(),
                Google.Protobuf.MessageExtensions.ToByteArray(request)
            );
        return await call.ResponseAsync.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task<List<T>> StreamAsync<T>(
        string name,
        Google.Protobuf.IMessage request,
        Google.Protobuf.MessageParser<T> parser
    )
        where T : class, Google.Protobuf.IMessage<T>
    {
        using var call = _channel
            .CreateCallInvoker()
            .AsyncServerStreamingCall(
                Described("Traceability", name, parser),
                null,
                Options(),
                Google.Protobuf.MessageExtensions.ToByteArray(request)
            );
        var all = new List<T>();
        await foreach (var message in call.ResponseStream.ReadAllAsync())
        {
            all.Add(message);
        }
        return all;
    }
}
