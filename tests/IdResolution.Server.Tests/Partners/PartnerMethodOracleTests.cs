using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Grpc;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// Every method of gRPC that a partner may call shows it what the owner is shown, filtered by an <see cref="Oracle"/>;
/// and what it may not see is answered as what is not there.
/// </summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class PartnerMethodOracleTests(bool anonymousReads) : PartnerFixture(anonymousReads)
{
    private const string Absent = TestNode.Prefix + "/N9999";

    /// <summary>The methods that a key tied to a partner may call. Any other is refused.</summary>
    private static readonly string[] s_allowed =
    [
        "Resolver/Resolve",
        "Resolver/ResolveBatch",
        "Resolver/FindByKey",
        "Resolver/Scan",
        "Resolver/Watch",
        "Labels/RenderQr",
        "Labels/RenderZpl",
        "Labels/RenderSheet",
        // PartnerEventMethodTests compare these.
        "Traceability/GetEvent",
        "Traceability/ListEvents",
        "Traceability/GetStatus",
        "Traceability/Trace",
        "Traceability/FindAffected",
        // These say what kinds of items there are, and are as for every key of role partner.
        "Registry/ListTemplates",
        "Registry/GetTemplate",
        // PartnerMethodTests hold that a partner sees itself and its own grants alone.
        "Partners/ListPartners",
        "Partners/ListGrants",
    ];

    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static b => b, static b => b);

    private static readonly Method<byte[], byte[]> s_watch = new(
        MethodType.ServerStreaming,
        "idresolution.v1.Resolver",
        "Watch",
        s_bytes,
        s_bytes
    );

    private RawGrpc _client = null!;

    [OneTimeSetUp]
    public void Connect() => _client = new RawGrpc(Server.GrpcEndPoint);

    [OneTimeTearDown]
    public void Disconnect() => _client.Dispose();

    [Test]
    public async Task EveryMethod_IsAllowedAndComparedOrRefused()
    {
        foreach (var name in GrpcRoleMatrixTests.Methods.Keys.Where(name => name != "Resolver/Watch"))
        {
            var (status, _) = await _client.SendBytesAsync("idresolution.v1." + name, [], KeyOf("all"));
            Assert.That(
                status == ((int)StatusCode.PermissionDenied).ToString(),
                Is.EqualTo(!s_allowed.Contains(name)),
                $"{name}: {status}"
            );
        }
    }

    [Test]
    public async Task Resolve_OfEachRecord_IsTheOwnersFiltered()
    {
        foreach (var id in Identifiers)
        {
            var owners = await OwnersAsync("/api/v1/identifiers/" + id);
            var record = owners.Status == 200 ? owners.Json : (await OwnersAsync("/api/v1/history/" + id)).Items[0];
            foreach (var partner in Partners)
            {
                var seen = OracleOf(partner).Seen(record);
                // The second time L1 has it rendered.
                for (var i = 0; i < 2; i++)
                {
                    using var response = await _client.SendAsync(
                        "idresolution.v1.Resolver/Resolve",
                        new V1.ResolveRequest { Identifier = id },
                        KeyOf(partner)
                    );
                    var body = await response.Content.ReadAsByteArrayAsync();
                    var isShown = seen is not null && owners.Status == 200;
                    Assert.That(RawGrpc.StatusOf(response), Is.EqualTo(isShown ? "0" : "5"), $"{partner} {id}");
                    if (isShown)
                    {
                        Same(V1.Record.Parser.ParseFrom(body.AsSpan(5)), seen!, $"{partner} {id}");
                    }
                }
            }
        }
    }

    [Test]
    public async Task ResolveBatch_AnswersAsResolve()
    {
        foreach (var partner in Partners)
        {
            var request = new V1.ResolveBatchRequest { Identifiers = { Identifiers, Absent } };
            var answer = await _client.CallAsync(
                "idresolution.v1.Resolver/ResolveBatch",
                request,
                V1.ResolveBatchResponse.Parser,
                KeyOf(partner)
            );
            for (var i = 0; i < request.Identifiers.Count; i++)
            {
                using var response = await _client.SendAsync(
                    "idresolution.v1.Resolver/Resolve",
                    new V1.ResolveRequest { Identifier = request.Identifiers[i] },
                    KeyOf(partner)
                );
                var body = await response.Content.ReadAsByteArrayAsync();
                var single = body.Length > 5 ? V1.Record.Parser.ParseFrom(body.AsSpan(5)) : null;
                Assert.That(answer.Items[i].Record, Is.EqualTo(single), $"{partner} {request.Identifiers[i]}");
            }
        }
    }

    [Test]
    public async Task HiddenAndAbsent_AreAnsweredAlike()
    {
        foreach (var id in Identifiers.Where((_, i) => i % 4 == 0 || i % 17 == 3))
        {
            var record = (await OwnersAsync("/api/v1/history/" + id)).Items[0];
            foreach (var partner in Partners)
            {
                var isSeen = OracleOf(partner).Seen(record) is not null;
                foreach (var (asked, absent) in Probes(id).Zip(Probes(Absent)))
                {
                    var got = await PlainAsync(partner, asked.Method, asked.Request, id);
                    var missing = await PlainAsync(partner, absent.Method, absent.Request, Absent);
                    Assert.That(
                        got == missing,
                        Is.EqualTo(!isSeen),
                        $"{partner} {asked.Method} {id}:\n{got}\n{missing}"
                    );
                }
            }
        }
    }

    [Test]
    public async Task FindByKey_FindsWhatItIsShownOf()
    {
        for (var i = 0; i < Identifiers.Count; i += 6)
        {
            var path = $"/api/v1/identifiers?source=erp&sourceKey=K{i}";
            if (await Server.GetAsync(path, Role.Admin) is not { Status: 200 } owners)
            {
                continue;
            }
            foreach (var partner in Partners)
            {
                using var response = await _client.SendAsync(
                    "idresolution.v1.Resolver/FindByKey",
                    new V1.FindByKeyRequest
                    {
                        Key = new V1.BusinessKey { Source = "erp", SourceKey = $"K{i}" },
                    },
                    KeyOf(partner)
                );
                var isShown = OracleOf(partner).ShowsKeys(owners.Json);
                Assert.That(RawGrpc.StatusOf(response), Is.EqualTo(isShown ? "0" : "5"), $"{partner} K{i}");
            }
        }
    }

    [Test]
    public async Task Watch_ShowsTheOwnersChangesFiltered()
    {
        foreach (var partner in Partners)
        {
            var expected = (await AsAsync(partner, "/api/v1/changes?limit=1000")).Items;
            if (expected.Length == 0)
            {
                continue;
            }
            using var channel = GrpcChannel.ForAddress($"http://{Server.GrpcEndPoint}");
            using var end = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var call = channel
                .CreateCallInvoker()
                .AsyncServerStreamingCall(
                    s_watch,
                    null,
                    new CallOptions(
                        new Metadata { { "authorization", $"Bearer {KeyOf(partner)}" } },
                        cancellationToken: end.Token
                    ),
                    []
                );
            var shown = new List<string>();
            while (shown.Count < expected.Length && await call.ResponseStream.MoveNext(end.Token))
            {
                if (V1.WatchResponse.Parser.ParseFrom(call.ResponseStream.Current).Change is { } change)
                {
                    Assert.That(change.Sequence, Is.Zero);
                    shown.Add($"{change.Identifier} {change.Version}");
                }
            }
            Assert.That(
                shown,
                Is.EqualTo(expected.Select(e => $"{e.GetProperty("identifier")} {e.GetProperty("version")}")),
                partner
            );
        }
    }

    private static IEnumerable<(string Method, IMessage Request)> Probes(string id) =>
        [
            ("Resolver/Resolve", new V1.ResolveRequest { Identifier = id }),
            ("Resolver/ResolveBatch", new V1.ResolveBatchRequest { Identifiers = { id } }),
            ("Resolver/Scan", new V1.ScanRequest { Text = id }),
            ("Labels/RenderQr", new V1.RenderQrRequest { Identifier = id }),
            ("Labels/RenderZpl", new V1.RenderZplRequest { Identifier = id }),
            ("Labels/RenderSheet", new V1.RenderSheetRequest { Identifiers = { id } }),
        ];

    /// <summary>Status, headers, trailers and body of an answer, but the identifier asked for.</summary>
    private async Task<string> PlainAsync(string partner, string method, IMessage request, string id)
    {
        using var response = await _client.SendAsync("idresolution.v1." + method, request, KeyOf(partner));
        var body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());
        var headers = response
            .Headers.Concat(response.TrailingHeaders)
            .Where(h => h.Key is not ("Date" or "traceparent"))
            .Select(h => $"{h.Key}: {Decoded(h.Key, string.Join(',', h.Value))}");
        return string.Join('\n', headers.Append(body)).Replace(id, "ID", StringComparison.Ordinal);
    }

    private static string Decoded(string name, string value) =>
        name.EndsWith("-bin", StringComparison.Ordinal)
            ? Encoding.Latin1.GetString(Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '=')))
            : value;

    private static void Same(V1.Record got, JsonNode expected, string what)
    {
        var attributes = JsonNode.Parse(JsonFormatter.Default.Format(got.Attributes));
        Assert.That(JsonNode.DeepEquals(attributes, expected["attributes"]), $"{what}: {got}");
        Assert.That(got.HasSource, Is.EqualTo(expected["source"] is not null), what);
        Assert.That(got.Version, Is.EqualTo((long)expected["version"]!), what);
    }
}
