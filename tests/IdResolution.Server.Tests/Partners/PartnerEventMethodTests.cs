using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Grpc;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// Over gRPC partners are shown of events, status and traces what they are shown over REST, which
/// <see cref="PartnerEventOracleTests"/> and <see cref="PartnerTraceOracleTests"/> compare with an oracle.
/// </summary>
[TestFixture]
public sealed class PartnerEventMethodTests : PartnerPlantFixture
{
    private const string Service = "idresolution.v1.Traceability/";
    private const string NoEvent = "00000000-0044-86c3-9be9-e0e45adf45ec";

    private RawGrpc _client = null!;

    [OneTimeSetUp]
    public void Connect() => _client = new RawGrpc(Server.GrpcEndPoint);

    [OneTimeTearDown]
    public void Disconnect() => _client.Dispose();

    [Test]
    public async Task Events_AreThoseOfRest()
    {
        foreach (var partner in Partners)
        {
            var rest = await AllAsync(path => AsAsync(partner, path), Events);
            var listed = new List<V1.ShownEvent>();
            var request = new V1.ListEventsRequest { Limit = 9 };
            while (true)
            {
                var page = await _client.CallAsync(
                    Service + "ListEvents",
                    request,
                    V1.ListEventsResponse.Parser,
                    KeyOf(partner)
                );
                listed.AddRange(page.Items);
                if (!page.HasNext)
                {
                    break;
                }
                request.After = page.Next;
            }
            Assert.That(
                listed.Select(one => one.Event),
                Is.EqualTo(rest.Select(one => one.GetProperty("event").GetString())),
                partner
            );
            foreach (var (one, other) in listed.Zip(rest))
            {
                Assert.That(one.HasSequence || one.HasActor || one.Content.HasReason, Is.False);
                Assert.That(one.Content.Extensions, Is.Empty);
                Assert.That(
                    Things(one.Content).Select(thing => thing.Identifier),
                    Is.EquivalentTo(
                        new[]
                        {
                            "items",
                            "inputs",
                            "outputs",
                            "children",
                            "documents",
                            "equipment",
                            "parent",
                            "place",
                            "step",
                        }.SelectMany(member => EventOracle.NamesIn(other, member))
                    ),
                    $"{partner} {one.Event}"
                );
                Assert.That(
                    one.Content.Measurements.Count,
                    Is.EqualTo(other.TryGetProperty("measurements", out var some) ? some.GetArrayLength() : 0)
                );
                var single = await _client.CallAsync(
                    Service + "GetEvent",
                    new V1.GetEventRequest { Event = one.Event },
                    V1.ShownEvent.Parser,
                    KeyOf(partner)
                );
                Assert.That(single, Is.EqualTo(one));
            }
        }
    }

    [Test]
    public async Task Hidden_IsAnsweredAsAbsent()
    {
        var all = await EventsAsync();
        foreach (var partner in Partners)
        {
            var absent = await PlainAsync("GetEvent", new V1.GetEventRequest { Event = NoEvent }, partner, NoEvent);
            foreach (var one in all.List.Where(one => OracleOf(partner).Seen(one, all.Find) is null))
            {
                var id = one.GetProperty("event").GetString()!;
                var got = await PlainAsync("GetEvent", new V1.GetEventRequest { Event = id }, partner, id);
                Assert.That(got, Is.EqualTo(absent), $"{partner} {id}");
            }
            foreach (var id in Items.Where(id => !OracleOf(partner).Sees(id)))
            {
                foreach (
                    var (method, asked, none) in new (string, IMessage, IMessage)[]
                    {
                        (
                            "GetStatus",
                            new V1.GetStatusRequest { Identifier = id },
                            new V1.GetStatusRequest { Identifier = Absent }
                        ),
                        (
                            "ListEvents",
                            new V1.ListEventsRequest { Item = id },
                            new V1.ListEventsRequest { Item = Absent }
                        ),
                        ("Trace", new V1.TraceRequest { Identifier = id }, new V1.TraceRequest { Identifier = Absent }),
                    }
                )
                {
                    Assert.That(
                        await PlainAsync(method, asked, partner, id),
                        Is.EqualTo(await PlainAsync(method, none, partner, Absent)),
                        $"{partner} {method} {id}"
                    );
                }
            }
        }
    }

    [Test]
    public async Task Trace_IsThatOfRest()
    {
        foreach (var root in Items.Where((_, i) => i % 3 == 0))
        {
            foreach (var partner in Partners.Where(p => OracleOf(p).Sees(root)))
            {
                var rest = (await AsAsync(partner, $"/api/v1/trace/{root}?direction=both")).Json;
                var got = await TraceAsync(root, KeyOf(partner));
                Assert.That(
                    got.Where(m => m.Node is not null)
                        .Select(m => $"{m.Node.Identifier} {m.Node.Generation} {m.Node.Hidden}"),
                    Is.EqualTo(
                        rest.GetProperty("nodes")
                            .EnumerateArray()
                            .Select(n =>
                                $"{n.GetProperty("identifier")} {n.GetProperty("generation")} {n.TryGetProperty("hidden", out _)}"
                            )
                    ),
                    $"{partner} {root}"
                );
                Assert.That(
                    got.Where(m => m.Link is not null).Select(m => $"{m.Link.From} {m.Link.To} {m.Link.HasEvent}"),
                    Is.EqualTo(
                        rest.GetProperty("links")
                            .EnumerateArray()
                            .Select(l =>
                                $"{l.GetProperty("from")} {l.GetProperty("to")} {l.TryGetProperty("event", out _)}"
                            )
                    ),
                    $"{partner} {root}"
                );
                Assert.That(got[0].Start.HasNumber, Is.False);
                Assert.That(got[^1].End.Complete);
            }
        }
    }

    [Test]
    public async Task AsAPartner_AnswersTheOwnerAsThePartner_AndNobodyElse()
    {
        var reader = Server.KeyOf(Role.Reader);
        foreach (var partner in Partners)
        {
            foreach (var id in Items.Where((_, i) => i % 9 == 0))
            {
                var request = new V1.GetStatusRequest { Identifier = id }.ToByteArray();
                var own = await _client.SendBytesAsync(Service + "GetStatus", request, KeyOf(partner));
                var asked = await _client.SendBytesAsync(Service + "GetStatus", request, reader, ("idr-as", partner));
                Assert.That((asked.Status, asked.Body), Is.EqualTo((own.Status, own.Body)), $"{partner} {id}");
            }
        }
        var any = new V1.GetStatusRequest { Identifier = Items.First() }.ToByteArray();
        Assert.That(
            (await _client.SendBytesAsync(Service + "GetStatus", any, KeyOf("none"), ("idr-as", "all"))).Status,
            Is.EqualTo("7")
        );
        Assert.That(
            (await _client.SendBytesAsync(Service + "GetStatus", any, reader, ("idr-as", "nobody"))).Status,
            Is.EqualTo("3")
        );
        Assert.That(
            (await _client.SendBytesAsync(Service + "GetStatus", any, null, ("idr-as", "all"))).Status,
            Is.EqualTo("16")
        );
        Assert.That(
            (await _client.SendBytesAsync(Service + "Link", [], Server.KeyOf(Role.Admin), ("idr-as", "all"))).Status,
            Is.EqualTo("7"),
            "Nothing is written as a partner."
        );
    }

    private static IEnumerable<V1.Thing> Things(V1.Event one) =>
        new[] { one.Items, one.Inputs, one.Outputs, one.Children, one.Documents, one.Equipment }
            .SelectMany(static things => things)
            .Concat(new[] { one.Parent, one.Place, one.Step }.OfType<V1.Thing>());

    private async Task<List<V1.TraceResponse>> TraceAsync(string root, string key)
    {
        var request = new V1.TraceRequest { Identifier = root, Direction = V1.TraceDirection.Both };
        using var response = await _client.SendAsync(Service + "Trace", request, key);
        var body = await response.Content.ReadAsByteArrayAsync();
        var messages = new List<V1.TraceResponse>();
        for (var at = 0; at < body.Length; )
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            messages.Add(V1.TraceResponse.Parser.ParseFrom(body.AsSpan(at + 5, length)));
            at += 5 + length;
        }
        return messages;
    }

    private async Task<string> PlainAsync(string method, IMessage request, string partner, string asked)
    {
        using var response = await _client.SendAsync(Service + method, request, KeyOf(partner));
        var body = await response.Content.ReadAsByteArrayAsync();
        var said = response
            .Headers.Concat(response.TrailingHeaders)
            .Where(h => h.Key is "grpc-status" or "grpc-message")
            .Select(h => $"{h.Key}: {Uri.UnescapeDataString(string.Join(',', h.Value))}");
        return $"{Convert.ToHexString(body)} {string.Join('\n', said)}".Replace(asked, "ID", StringComparison.Ordinal);
    }
}
