using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using IdResolution.Core.Access;
using IdResolution.Server.Grpc;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>What a key that is bound to a prefix is shown, and what it changes, over gRPC.</summary>
[TestFixture]
public sealed class BoundKeyMethodTests : BoundKeyFixture
{
    private const StatusCode Absent = StatusCode.NotFound;
    private const StatusCode Denied = StatusCode.PermissionDenied;

    /// <summary>
    /// Each method with a request about ID, and its status where ID is beyond the prefix. Methods that answer item by
    /// item, and those about no item, succeed, and are looked into. A new method needs a line.
    /// </summary>
    private static readonly Dictionary<string, (string Request, StatusCode Beyond)> s_methods = new()
    {
        ["Registry/Register"] = ("""{"template":"part","identifier":"ID","attributes":{"name":"n"}}""", Denied),
        ["Registry/RegisterBatch"] = (
            """{"items":[{"template":"part","identifier":"ID","attributes":{"name":"n"}}]}""",
            StatusCode.OK
        ),
        ["Registry/RegisterMany"] = (
            """{"template":"part","identifier":"ID","attributes":{"name":"n"}}""",
            StatusCode.OK
        ),
        ["Registry/RegisterStream"] = (
            """{"template":"part","identifier":"ID","attributes":{"name":"n"}}""",
            StatusCode.OK
        ),
        ["Registry/Update"] = ("""{"identifier":"ID","attributes":{"name":"x"}}""", Denied),
        ["Registry/Revoke"] = ("""{"identifier":"ID"}""", Denied),
        ["Registry/AddKey"] = ("""{"identifier":"ID","key":{"source":"erp","sourceKey":"ID"}}""", Denied),
        ["Registry/RemoveKey"] = ("""{"identifier":"ID","key":{"source":"matrix","sourceKey":"ID"}}""", Denied),
        ["Registry/ListTemplates"] = ("{}", StatusCode.OK),
        ["Registry/GetTemplate"] = ("""{"code":"hidden-template"}""", Absent),
        ["Registry/SaveTemplate"] = ("""{"template":{"code":"saved"}}""", Denied),
        ["Registry/PublishTemplate"] = ("""{"code":"ours"}""", Denied),
        ["Registry/WithdrawTemplate"] = ("""{"code":"ours"}""", Denied),
        ["Registry/CopyTemplate"] = ("""{"code":"ours","newCode":"copied"}""", Denied),
        ["Resolver/Resolve"] = ("""{"identifier":"ID"}""", Absent),
        ["Resolver/ResolveBatch"] = ("""{"identifiers":["ID","ID"]}""", StatusCode.OK),
        ["Resolver/FindByKey"] = ("""{"key":{"source":"shared","sourceKey":"S1"}}""", Absent),
        ["Resolver/Scan"] = ("""{"text":"ID"}""", Absent),
        ["Resolver/Watch"] = ("{}", StatusCode.OK),
        ["Labels/RenderQr"] = ("""{"identifier":"ID"}""", Absent),
        ["Labels/RenderZpl"] = ("""{"identifier":"ID"}""", Absent),
        ["Labels/RenderSheet"] = ("""{"identifiers":["ID"]}""", Absent),
        ["Labels/RenderOrder"] = ("""{"identifier":"ID"}""", Denied),
        // An event names items of several prefixes, so all but a trace is of the whole node.
        ["Traceability/Record"] = (
            """{"type":"EVENT_TYPE_OBSERVE","time":"2026-03-01T08:00:00Z","items":[{"text":"ID"}]}""",
            Denied
        ),
        ["Traceability/RecordBatch"] = (
            """{"items":[{"type":"EVENT_TYPE_OBSERVE","time":"2026-03-01T08:00:00Z","items":[{"text":"ID"}]}]}""",
            StatusCode.OK
        ),
        ["Traceability/RecordStream"] = (
            """{"type":"EVENT_TYPE_OBSERVE","time":"2026-03-01T08:00:00Z","items":[{"text":"ID"}]}""",
            StatusCode.OK
        ),
        ["Traceability/Link"] = ("""{"from":{"text":"ID"},"type":"LINK_TYPE_CONSUMES","to":{"text":"ID"}}""", Denied),
        ["Traceability/LinkBatch"] = (
            """{"items":[{"from":{"text":"ID"},"type":"LINK_TYPE_CONSUMES","to":{"text":"ID"}}]}""",
            StatusCode.OK
        ),
        ["Traceability/Scan"] = ("""{"text":"ID","intent":{"do":"INTENT_ACTION_USE"}}""", Absent),
        ["Traceability/GetEvent"] = ("""{"event":"00000000-0000-8000-8000-000000000000"}""", Denied),
        ["Traceability/ListEvents"] = ("""{"item":"ID"}""", Denied),
        ["Traceability/GetStatus"] = ("""{"identifier":"ID"}""", Denied),
        ["Traceability/CheckCompleteness"] = ("""{"template":"part"}""", Denied),
        ["Traceability/CountQuality"] = ("""{"by":["QUALITY_DIMENSION_DAY"]}""", Denied),
        ["Traceability/Trace"] = ("""{"identifier":"ID"}""", Absent),
        ["Traceability/FindAffected"] = ("""{"items":["ID"]}""", Denied),
        ["Traceability/RollUp"] = ("""{"root":"ID","function":"ROLL_UP_FUNCTION_SUM","attribute":"cost"}""", Denied),
        ["Traceability/FindCommon"] = ("""{"bad":{"identifier":["ID"]},"good":{"template":"part"}}""", Denied),
        ["Warehouse/ListStock"] = ("""{"item":"ID"}""", Denied),
        ["Warehouse/CountStock"] = ("""{"place":"ID","scans":["ID"]}""", Denied),
        ["Warehouse/GetFulfilment"] = ("""{"identifier":"ID"}""", Denied),
        ["Partners/ListPartners"] = ("{}", Denied),
        ["Partners/SavePartner"] = ("""{"partner":{"code":"bound"}}""", Denied),
        ["Partners/ListGrants"] = ("{}", Denied),
        ["Partners/CreateGrant"] = ("""{"partner":"bound","fields":{},"purpose":"test"}""", Denied),
        ["Partners/EndGrant"] = ("""{"id":"g0123456789ab"}""", Denied),
        ["Equipment/GetLife"] = ("""{"identifier":"ID"}""", Denied),
        ["Equipment/ListCalibration"] = ("""{"item":"ID"}""", Denied),
        ["Equipment/ListMade"] = ("""{"equipment":"ID"}""", Denied),
    };

    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static b => b, static b => b);

    private GrpcChannel _channel = null!;

    private static IEnumerable<MethodDescriptor> Described => GrpcApi.Own.SelectMany(s => s.Methods);

    [OneTimeSetUp]
    public void Connect() => _channel = GrpcChannel.ForAddress($"http://{Server.GrpcEndPoint}");

    [OneTimeTearDown]
    public void Disconnect() => _channel.Dispose();

    [Test]
    public void EveryMethod_IsInTheTable() => Assert.That(s_methods.Keys, Is.EquivalentTo(Described.Select(NameOf)));

    [Test]
    public async Task EveryMethod_OfEveryRole_ShowsAndChangesNothingBeyondThePrefix()
    {
        // What L1 keeps is rendered for this protocol, too.
        for (var i = 0; i < 2; i++)
        {
            await CallAsync("Resolver/Resolve", $$"""{"identifier":"{{Theirs}}"}""", Server.KeyOf(Role.Registrar));
        }
        var wrong = new List<string>();
        foreach (var (name, (request, beyond)) in s_methods)
        {
            foreach (var role in BoundRoles)
            {
                var head = await HeadAsync();
                var (status, answers) = await CallAsync(
                    name,
                    request.Replace("ID", Theirs, StringComparison.Ordinal),
                    BoundKey(role)
                );
                var expected = new Caller(role, 0, "").Is(GrpcRoleMatrixTests.Methods[name].Needed) ? beyond : Denied;
                if (
                    status != expected
                    || answers.Any(a => a.Contains(Hidden, StringComparison.Ordinal))
                    || (name == "Resolver/Watch" && answers.Any(a => a.Contains(Other, StringComparison.Ordinal)))
                    || await HeadAsync() != head
                )
                {
                    wrong.Add($"{name} as {role}: {status} {string.Concat(answers)}");
                }
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task Items_OfBatchesAndStreams_AreRefusedOneByOne()
    {
        foreach (var name in new[] { "Registry/RegisterBatch", "Registry/RegisterMany", "Registry/RegisterStream" })
        {
            var mine = Own + "/" + Server.NewId().Split('/')[1];
            string[] items =
            [
                $$$"""{"template":"part","identifier":"{{{Other}}}/N1","attributes":{"name":"n"}}""",
                $$$"""{"template":"part","identifier":"{{{mine}}}","attributes":{"name":"n"}}""",
            ];
            var head = await HeadAsync();
            var (status, answers) = name.EndsWith("Batch", StringComparison.Ordinal)
                ? await CallAsync(name, $$"""{"items":[{{string.Join(',', items)}}]}""", BoundKey(Role.Registrar))
                : await CallAsync(name, items, BoundKey(Role.Registrar));

            Assert.That(status, Is.EqualTo(StatusCode.OK), name);
            Assert.That(await HeadAsync(), Is.EqualTo(head + 1), name);
            Assert.That(string.Concat(answers), Does.Contain($"the prefix {Own},"), name);
            Assert.That(
                (await CallAsync("Resolver/Resolve", $$"""{"identifier":"{{mine}}"}""", BoundKey(Role.Partner))).Status,
                Is.EqualTo(StatusCode.OK)
            );
        }
    }

    [Test]
    public async Task Events_OfBatchesAndStreams_AreAllRefused()
    {
        var mine = Own + "/" + Server.NewId().Split('/')[1];
        var item = $$"""{"type":"EVENT_TYPE_OBSERVE","time":"2026-03-01T08:00:00Z","items":[{"text":"{{mine}}"}]}""";
        var link = $$$"""{"from":{"text":"{{{mine}}}"},"type":"LINK_TYPE_CONSUMES","to":{"text":"{{{mine}}}-1"}}""";
        foreach (
            var (name, request) in new[]
            {
                ("Traceability/RecordBatch", $$"""{"items":[{{item}}]}"""),
                ("Traceability/RecordStream", item),
                ("Traceability/LinkBatch", $$"""{"items":[{{link}}]}"""),
            }
        )
        {
            var head = await HeadAsync();
            var (status, answers) = await CallAsync(name, request, BoundKey(Role.Registrar));

            Assert.That(status, Is.EqualTo(StatusCode.OK), name);
            Assert.That(await HeadAsync(), Is.EqualTo(head), name);
            Assert.That(string.Concat(answers), Does.Contain($"the prefix {Own},"), name);
        }
    }

    [Test]
    public async Task Watch_MovesOnPastWhatIsBeyond()
    {
        await Server.RegisterAsync();
        var head = await HeadAsync();

        var (_, answers) = await CallAsync("Resolver/Watch", "{}", BoundKey(Role.Partner));

        Assert.That(string.Concat(answers), Does.Contain(Mine));
        Assert.That(
            V1.WatchResponse.Parser.ParseFrom(Encoding.Latin1.GetBytes(answers[^1])).Next,
            Does.EndWith(head.ToString())
        );
    }

    private static string NameOf(MethodDescriptor method) => $"{method.Service.Name}/{method.Name}";

    private Task<(StatusCode Status, List<string> Answers)> CallAsync(string name, string request, string key) =>
        CallAsync(name, [request], key);

    /// <summary>Makes a call. The answers are their bytes, as Latin-1. A stream of changes is read to the head.</summary>
    private async Task<(StatusCode Status, List<string> Answers)> CallAsync(string name, string[] requests, string key)
    {
        var method = Described.Single(m => NameOf(m) == name);
        var described = new Method<byte[], byte[]>(
            MethodType.DuplexStreaming,
            method.Service.FullName,
            method.Name,
            s_bytes,
            s_bytes
        );
        var head = (await HeadAsync()).ToString();
        var answers = new List<string>();
        using var end = new CancellationTokenSource();
        using var call = _channel
            .CreateCallInvoker()
            .AsyncDuplexStreamingCall(
                described,
                null,
                new CallOptions(new Metadata { { "authorization", $"Bearer {key}" } }, cancellationToken: end.Token)
            );
        try
        {
            foreach (var request in requests)
            {
                var message = JsonParser.Default.Parse(request, method.InputType);
                await call.RequestStream.WriteAsync(message.ToByteArray(), end.Token);
            }
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The call is over already, which its status tells.
        }
        try
        {
            while (await call.ResponseStream.MoveNext(end.Token))
            {
                answers.Add(Encoding.Latin1.GetString(call.ResponseStream.Current));
                if (
                    name == "Resolver/Watch"
                    && V1.WatchResponse.Parser.ParseFrom(call.ResponseStream.Current)
                        .Next.EndsWith(head, StringComparison.Ordinal)
                )
                {
                    return (StatusCode.OK, answers);
                }
            }
            return (call.GetStatus().StatusCode, answers);
        }
        catch (RpcException e)
        {
            return (e.StatusCode, answers);
        }
        finally
        {
            await end.CancelAsync();
        }
    }
}
