using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using IdResolution.Core.Access;
using IdResolution.Server.Grpc;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>
/// What each method of gRPC leaves in the audit log where it is done, where it is denied, and where it fails.
/// </summary>
[TestFixture]
public sealed class AuditedMethodTests : NodeFixture
{
    private const string Secret = """[{"index":300,"type":"HS_SECKEY","data":"dGhlaXJzIGFuZCB0aGVpcnM="}]""";

    /// <summary>
    /// Each method: what it writes, an action with its target, or in brackets why nothing; a request that is done; one
    /// that fails. ID is an item with the key ID of source <c>audited</c>, DRAFT and READY are templates. A new method
    /// needs a line.
    /// </summary>
    private static readonly Dictionary<string, (string Act, string Done, string? Fails)> s_methods = new()
    {
        ["Registry/Register"] = (
            "(in the change log)",
            """{"template":"part","attributes":{"name":"n"}}""",
            """{"template":"none"}"""
        ),
        ["Registry/RegisterBatch"] = (
            "(in the change log)",
            """{"items":[{"template":"part","attributes":{"name":"n"}}]}""",
            """{"items":[{"template":"none"}]}"""
        ),
        ["Registry/RegisterMany"] = (
            "(in the change log)",
            """{"template":"part","attributes":{"name":"n"}}""",
            """{"template":"none"}"""
        ),
        ["Registry/RegisterStream"] = (
            "(in the change log)",
            """{"template":"part","attributes":{"name":"n"}}""",
            """{"template":"none"}"""
        ),
        ["Registry/Update"] = (
            "(in the change log)",
            """{"identifier":"ID","attributes":{"name":"x"}}""",
            """{"identifier":"88.300.1/absent","attributes":{"name":"x"}}"""
        ),
        ["Registry/Revoke"] = (
            "(in the change log)",
            """{"identifier":"ID"}""",
            """{"identifier":"88.300.1/absent"}"""
        ),
        ["Registry/AddKey"] = (
            "record.key-add ID audited",
            """{"identifier":"ID","key":{"source":"audited","sourceKey":"more ID"}}""",
            """{"identifier":"88.300.1/absent","key":{"source":"audited","sourceKey":"x"}}"""
        ),
        ["Registry/RemoveKey"] = (
            "record.key-remove ID audited",
            """{"identifier":"ID","key":{"source":"audited","sourceKey":"ID"}}""",
            """{"identifier":"ID","key":{"source":"audited","sourceKey":"not ID"}}"""
        ),
        ["Registry/ListTemplates"] = ("(reads)", "{}", null),
        ["Registry/GetTemplate"] = ("(reads)", """{"code":"part"}""", """{"code":"none"}"""),
        ["Registry/SaveTemplate"] = (
            "template.save saved",
            """{"template":{"code":"saved","attributes":[]}}""",
            """{"template":{"code":"not a code","attributes":[]}}"""
        ),
        ["Registry/PublishTemplate"] = ("template.publish DRAFT", """{"code":"DRAFT"}""", """{"code":"none"}"""),
        ["Registry/WithdrawTemplate"] = ("template.withdraw READY", """{"code":"READY"}""", """{"code":"none"}"""),
        ["Registry/CopyTemplate"] = (
            "template.copy part copied",
            """{"code":"part","newCode":"copied"}""",
            """{"code":"none","newCode":"copied"}"""
        ),
        ["Resolver/Resolve"] = ("(reads)", """{"identifier":"ID"}""", """{"identifier":"88.300.1/absent"}"""),
        ["Resolver/ResolveBatch"] = (
            "(reads)",
            """{"identifiers":["ID"]}""",
            """{"identifiers":["88.300.1/absent"]}"""
        ),
        ["Resolver/FindByKey"] = (
            "(reads)",
            """{"key":{"source":"audited","sourceKey":"ID"}}""",
            """{"key":{"source":"audited","sourceKey":"none"}}"""
        ),
        ["Resolver/Scan"] = ("(reads)", """{"text":"ID"}""", """{"text":"88.300.1/absent"}"""),
        ["Resolver/Watch"] = ("(reads)", "{}", """{"cursor":"no cursor"}"""),
        ["Labels/RenderQr"] = ("(reads)", """{"identifier":"ID"}""", """{"identifier":"88.300.1/absent"}"""),
        ["Labels/RenderZpl"] = ("(reads)", """{"identifier":"ID"}""", """{"identifier":"88.300.1/absent"}"""),
        ["Labels/RenderSheet"] = ("(reads)", """{"identifiers":["ID"]}""", """{"identifiers":["88.300.1/absent"]}"""),
        ["Labels/RenderOrder"] = ("(reads)", """{"identifier":"IDORDER"}""", """{"identifier":"88.300.1/absent"}"""),
        ["Traceability/Record"] = (
            "(in the change log)",
            """{"type":"EVENT_TYPE_OBSERVE","time":"2026-03-01T08:00:00Z","items":[{"text":"ID"}]}""",
            """{"type":"EVENT_TYPE_OBSERVE","items":[{"text":"ID"}]}"""
        ),
        ["Traceability/RecordBatch"] = (
            "(in the change log)",
            """{"items":[{"type":"EVENT_TYPE_OBSERVE","time":"2026-03-01T08:00:00Z","items":[{"text":"ID"}]}]}""",
            """{"items":[{"type":"EVENT_TYPE_OBSERVE"}]}"""
        ),
        ["Traceability/RecordStream"] = (
            "(in the change log)",
            """{"type":"EVENT_TYPE_OBSERVE","time":"2026-03-01T08:00:00Z","items":[{"text":"ID"}]}""",
            """{"type":"EVENT_TYPE_OBSERVE"}"""
        ),
        ["Traceability/Link"] = (
            "(in the change log)",
            """{"from":{"text":"ID"},"type":"LINK_TYPE_CONSUMES","to":{"text":"88.300.1/linked"}}""",
            """{"from":{"text":"ID"},"type":"LINK_TYPE_CONSUMES"}"""
        ),
        ["Traceability/LinkBatch"] = (
            "(in the change log)",
            """{"items":[{"from":{"text":"ID"},"type":"LINK_TYPE_CONSUMES","to":{"text":"88.300.1/linked"}}]}""",
            """{"items":[{"from":{"text":"ID"}}]}"""
        ),
        ["Traceability/Scan"] = (
            "(reads)",
            """{"text":"ID","intent":{"do":"INTENT_ACTION_USE"}}""",
            """{"text":"88.300.1/absent","intent":{"do":"INTENT_ACTION_USE"}}"""
        ),
        ["Traceability/GetEvent"] = ("(reads)", """{"event":"HAPPENED"}""", """{"event":"none"}"""),
        ["Traceability/ListEvents"] = ("(reads)", """{"item":"ID"}""", """{"item":"no identifier"}"""),
        ["Traceability/GetStatus"] = ("(reads)", """{"identifier":"ID"}""", """{"identifier":"88.300.1/absent"}"""),
        ["Traceability/CheckCompleteness"] = ("(reads)", """{"template":"part"}""", "{}"),
        ["Traceability/CountQuality"] = ("(reads)", """{"by":["QUALITY_DIMENSION_DAY"]}""", "{}"),
        ["Traceability/FindAffected"] = ("(reads)", """{"items":["ID"]}""", null),
        ["Traceability/RollUp"] = (
            "(reads)",
            """{"root":"ID","function":"ROLL_UP_FUNCTION_SUM","attribute":"cost"}""",
            """{"root":"ID"}"""
        ),
        ["Traceability/FindCommon"] = (
            "(reads)",
            """{"bad":{"identifier":["ID"]},"good":{"template":"part"}}""",
            """{"bad":{"identifier":["ID"]},"good":{}}"""
        ),
        ["Traceability/Trace"] = ("(reads)", """{"identifier":"ID"}""", """{"identifier":"88.300.1/absent"}"""),
        ["Partners/ListPartners"] = ("(reads)", "{}", """{"limit":0}"""),
        ["Partners/SavePartner"] = (
            "partner.save audited",
            """{"partner":{"code":"audited"}}""",
            """{"partner":{"code":"no code"}}"""
        ),
        ["Partners/ListGrants"] = ("(reads)", "{}", """{"partner":"none"}"""),
        ["Partners/CreateGrant"] = (
            "grant.create *",
            """{"partner":"audited","fields":{},"purpose":"test"}""",
            """{"partner":"none","fields":{},"purpose":"test"}"""
        ),
        ["Partners/EndGrant"] = ("grant.end GRANT", """{"id":"GRANT"}""", """{"id":"none"}"""),
        ["Equipment/GetLife"] = ("(reads)", """{"identifier":"ID"}""", """{"identifier":"88.300.1/absent"}"""),
        ["Equipment/ListCalibration"] = ("(reads)", """{"item":"ID"}""", """{"item":"88.300.1/absent"}"""),
        ["Equipment/ListMade"] = ("(reads)", """{"equipment":"ID"}""", "{}"),
        ["Warehouse/CountStock"] = ("(reads)", """{"place":"ID","scans":["ID"]}""", """{"place":"Hall 1"}"""),
        ["Warehouse/GetFulfilment"] = ("(reads)", """{"identifier":"ID"}""", """{"identifier":"88.300.1/absent"}"""),
        ["Warehouse/ListStock"] = ("(reads)", """{"item":"ID"}""", """{"item":"no identifier"}"""),
        ["Health/Check"] = ("(no records)", "{}", """{"service":"none"}"""),
        ["Health/Watch"] = ("(no records)", "{}", null),
        ["ServerReflection/ServerReflectionInfo"] = ("(no records)", """{"listServices":""}""", null),
    };

    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static b => b, static b => b);

    private AuditTrail _trail = null!;
    private GrpcChannel _channel = null!;
    private int _named;

    private static IEnumerable<MethodDescriptor> Methods => GrpcApi.Services.SelectMany(s => s.Methods);

    private AccessPolicy Access => Server.Services.GetRequiredService<AccessPolicy>();

    [OneTimeSetUp]
    public void Connect()
    {
        _trail = new AuditTrail(Server);
        _channel = GrpcChannel.ForAddress($"http://{Server.GrpcEndPoint}");
    }

    [OneTimeTearDown]
    public void Disconnect() => _channel.Dispose();

    [Test]
    public void EveryMethod_IsInTheTable() =>
        Assert.That(s_methods.Keys, Is.EquivalentTo(Methods.Select(NameOf).Distinct()));

    [Test]
    public async Task EveryMethod_Done_LeavesItsActOrNothing()
    {
        foreach (var method in Methods)
        {
            var (act, done, _) = s_methods[NameOf(method)];
            var names = await NamesAsync(done);
            var (status, lines) = await CallAsync(method, Filled(done, names), NeededFor(method));

            Assert.That(status, Is.EqualTo(StatusCode.OK), NameOf(method));
            if (act.EndsWith('*'))
            {
                act = act[..^1] + lines.Single().Target;
                Assert.That(lines.Single().Target, Does.Match("^g[0-9a-f]{12}$"));
            }
            Assert.That(
                lines.Select(line => $"{line.Kind} {line.Outcome} {line.Action} {line.Target}"),
                Is.EqualTo(act[0] == '(' ? [] : new[] { $"Act done {Filled(act, names)}" }),
                NameOf(method)
            );
            AssertOrigin(lines, NeededFor(method));
        }
    }

    [Test]
    public async Task EveryMethod_Failed_LeavesNothing()
    {
        foreach (var method in Methods)
        {
            var (_, _, fails) = s_methods[NameOf(method)];
            if (fails is not null)
            {
                var names = await NamesAsync(fails);
                var (_, lines) = await CallAsync(method, Filled(fails, names), NeededFor(method));

                Assert.That(lines.Select(line => line.Action), Is.Empty, NameOf(method));
            }
        }
    }

    [Test]
    public async Task EveryMethod_Denied_LeavesOneDenial()
    {
        foreach (var method in Methods.Where(m => NeededFor(m) != Role.Anonymous))
        {
            foreach (var role in new[] { Role.Anonymous, Role.Auditor, NeededFor(method) - 1 })
            {
                var (status, lines) = await CallAsync(method, s_methods[NameOf(method)].Done, role);

                var code = role == Role.Anonymous ? StatusCode.Unauthenticated : StatusCode.PermissionDenied;
                Assert.That(status, Is.EqualTo(code), NameOf(method));
                // The messages of those who may not make the call are not read.
                AssertDenied(method, lines, role, "");
            }
        }
    }

    [Test]
    public async Task EveryMethodForEveryone_WhereAnonymousReadsAreOff_LeavesOneDenial()
    {
        Access.AnonymousReads = false;
        try
        {
            foreach (
                var method in Methods.Where(m =>
                    NeededFor(m) == Role.Anonymous && GrpcRoleMatrixTests.Methods.ContainsKey(NameOf(m))
                )
            )
            {
                var request = s_methods[NameOf(method)].Done;
                var names = await NamesAsync(request);
                var (_, lines) = await CallAsync(method, Filled(request, names), Role.Anonymous);

                AssertDenied(method, lines, Role.Anonymous, method.Name == "RenderSheet" ? "" : names["ID"]);
            }
        }
        finally
        {
            Access.AnonymousReads = true;
        }
    }

    [TestCase(
        "Registry/Register",
        """{"identifier":"NEW","values":SECRET}""",
        "gRPC /idresolution.v1.Registry/Register"
    )]
    [TestCase("Registry/RegisterBatch", """{"items":[{"identifier":"NEW","values":SECRET}]}""", "record.register")]
    [TestCase("Registry/RegisterMany", """{"identifier":"NEW","values":SECRET}""", "record.register")]
    [TestCase("Registry/RegisterStream", """{"identifier":"NEW","values":SECRET}""", "record.register")]
    [TestCase(
        "Registry/Update",
        """{"identifier":"NEW","values":{"values":SECRET}}""",
        "gRPC /idresolution.v1.Registry/Update"
    )]
    public async Task Rights_WrittenByRegistrars_LeaveADenialAndByAdminsAnAct(
        string name,
        string request,
        string denial
    )
    {
        var method = Methods.Single(m => NameOf(m) == name);
        var id = Server.NewId();
        if (method.Name == "Update")
        {
            await Server.RegisterAsync(identifier: id);
        }
        request = request
            .Replace("NEW", id, StringComparison.Ordinal)
            .Replace("SECRET", Secret, StringComparison.Ordinal);

        var (_, lines) = await CallAsync(method, request, Role.Registrar);
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
            Is.EqualTo([(AuditKind.Denial, denial, id, "Forbidden")])
        );
        AssertOrigin(lines, Role.Registrar);

        (_, lines) = await CallAsync(method, request, Role.Admin);
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
            Is.EqualTo([(AuditKind.Act, "record.rights", id, "done")])
        );
        AssertOrigin(lines, Role.Admin);

        (_, lines) = await CallAsync(method, request, Role.Admin);
        Assert.That(lines, Is.Empty, "nothing has changed");
    }

    [Test]
    public async Task Reinstating_LeavesAnAct()
    {
        var id = await Server.RegisterAsync();
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);
        var request = $$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"b"},"reinstate":true}""";

        var (_, lines) = await CallAsync(
            Methods.Single(m => NameOf(m) == "Registry/Register"),
            request,
            Role.Registrar
        );

        Assert.That(lines.Select(l => (l.Action, l.Target)), Is.EqualTo([("record.reinstate", id)]));
    }

    [TestCase("Traceability/Record", "EVENT")]
    [TestCase("Traceability/RecordBatch", """{"items":[EVENT]}""")]
    [TestCase("Traceability/RecordStream", "EVENT")]
    public async Task Hold_LeavesAnAct(string name, string request)
    {
        var hold = $$"""
            {"type":"EVENT_TYPE_HOLD","time":"2026-03-01T08:00:00Z","items":[{"text":"{{Server.NewId()}}"}]}
            """;

        var (_, lines) = await CallAsync(
            Methods.Single(m => NameOf(m) == name),
            request.Replace("EVENT", hold, StringComparison.Ordinal),
            Role.Registrar
        );

        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Outcome)),
            Is.EqualTo([(AuditKind.Act, "event.hold", "done")])
        );
        AssertOrigin(lines, Role.Registrar);
    }

    [Test]
    public async Task Method_InAnotherCaseOfLetters_IsDeniedUnderItsName()
    {
        foreach (var name in new[] { "Registry/Revoke", "Registry/Register" })
        {
            var method = Methods.Single(m => NameOf(m) == name);
            var role = name == "Registry/Revoke" ? Role.Anonymous : Role.Registrar;
            var request = $$"""{"identifier":"{{Server.NewId()}}","values":{{Secret}}}""";
            await _trail.BeginAsync();
            var headers = new Metadata { { _trail.Header.Name, _trail.Header.Value } };
            if (role != Role.Anonymous)
            {
                headers.Add("authorization", $"Bearer {Server.KeyOf(role)}");
            }

            await StatusAsync(
                method,
                name == "Registry/Revoke" ? [] : JsonParser.Default.Parse(request, method.InputType).ToByteArray(),
                headers,
                static text => text.ToUpperInvariant()
            );

            Assert.That(
                (await _trail.LinesAsync()).Select(l => l.Action),
                Is.EqualTo([$"gRPC /idresolution.v1.{name}"])
            );
        }
    }

    [Test]
    public async Task BadKey_OnEveryMethod_IsAnAuthentication()
    {
        foreach (var method in Methods)
        {
            var (status, lines) = await CallAsync(method, s_methods[NameOf(method)].Done, Role.Anonymous, "idr_bad");

            Assert.That(status, Is.EqualTo(StatusCode.Unauthenticated), NameOf(method));
            Assert.That(
                lines.Select(line => (line.Kind, line.Action, line.Outcome, line.Caller, line.Source, line.Trace)),
                Is.EqualTo([
                    (
                        AuditKind.Denial,
                        Auditor.Authentication,
                        "AuthenticationFailed",
                        "anonymous",
                        "127.0.0.1",
                        _trail.Trace
                    ),
                ]),
                NameOf(method)
            );
        }
    }

    private static string NameOf(MethodDescriptor method) => $"{method.Service.Name}/{method.Name}";

    private static Role NeededFor(MethodDescriptor method) =>
        GrpcRoleMatrixTests.Methods.TryGetValue(NameOf(method), out var row) ? row.Needed : Role.Anonymous;

    private static string Filled(string text, Dictionary<string, string> names) =>
        names.Aggregate(text, (filled, name) => filled.Replace(name.Key, name.Value, StringComparison.Ordinal));

    private void AssertDenied(MethodDescriptor method, List<AuditEvent> lines, Role role, string target)
    {
        Assert.That(
            lines.Select(line => (line.Kind, line.Action, line.Target, line.Outcome)),
            Is.EqualTo([
                (
                    AuditKind.Denial,
                    $"gRPC /{method.Service.FullName}/{method.Name}",
                    target,
                    role == Role.Anonymous ? "Unauthenticated" : "Forbidden"
                ),
            ]),
            $"{NameOf(method)} as {role}"
        );
        AssertOrigin(lines, role);
    }

    private void AssertOrigin(List<AuditEvent> lines, Role role)
    {
        foreach (var line in lines)
        {
            Assert.That(
                (line.Caller, line.Source, line.Trace, line.Count),
                Is.EqualTo((CallerOf(role), "127.0.0.1", _trail.Trace, 1L))
            );
            Assert.That(line.Node, Is.Not.Empty);
        }
    }

    /// <summary>The id of the role's key, as the audit log names it.</summary>
    private string CallerOf(Role role) =>
        role == Role.Anonymous
            ? "anonymous"
            : Server
                .Services.GetRequiredService<ApiKeyAuthenticator>()
                .Find("Bearer " + Server.KeyOf(role))
                .Value!.Name;

    /// <summary>Makes what a request names.</summary>
    private async Task<Dictionary<string, string>> NamesAsync(string request)
    {
        var names = new Dictionary<string, string>();
        if (request.Contains("ID", StringComparison.Ordinal))
        {
            var id = Server.NewId();
            names["ID"] = await Server.RegisterAsync(
                $$""" "source":"audited","sourceKey":"{{id}}","attributes":{"name":"n"} """,
                id
            );
        }
        if (request.Contains("GRANT", StringComparison.Ordinal))
        {
            names["GRANT"] = await Server.GrantAsync();
        }
        if (request.Contains("ORDER", StringComparison.Ordinal))
        {
            names["ORDER"] = "";
            await Server.SendAsync(
                Role.Registrar,
                "POST",
                "/api/v1/events",
                $$"""
                {"type":"cover","time":"2026-03-01T08:00:00Z","documents":["{{names["ID"]}}"],"items":["{{names[
                    "ID"
                ]}}"]}
                """
            );
        }
        if (request.Contains("HAPPENED", StringComparison.Ordinal))
        {
            var sent = await Server.SendAsync(
                Role.Registrar,
                "POST",
                "/api/v1/events",
                $$"""{"type":"observe","time":"2026-03-01T08:00:00Z","items":["{{Server.NewId()}}"]}"""
            );
            names["HAPPENED"] = sent.Json.GetProperty("event").GetString()!;
        }
        foreach (var state in new[] { "DRAFT", "READY" }.Where(s => request.Contains(s, StringComparison.Ordinal)))
        {
            var code = names[state] = $"audited{++_named}";
            await Server.SendAsync(
                Role.Admin,
                "POST",
                "/api/v1/templates",
                $$"""{"code":"{{code}}","attributes":[{"code":"a","type":"text"}]}"""
            );
            if (state == "READY")
            {
                await Server.SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
            }
        }
        return names;
    }

    private async Task<(StatusCode Status, List<AuditEvent> Lines)> CallAsync(
        MethodDescriptor method,
        string request,
        Role role,
        string? key = null
    )
    {
        await _trail.BeginAsync();
        var headers = new Metadata { { _trail.Header.Name, _trail.Header.Value } };
        if (key is not null || role != Role.Anonymous)
        {
            headers.Add("authorization", $"Bearer {key ?? Server.KeyOf(role)}");
        }
        var status = await StatusAsync(
            method,
            JsonParser.Default.Parse(request, method.InputType).ToByteArray(),
            headers
        );
        return (status, await _trail.LinesAsync());
    }

    private async Task<StatusCode> StatusAsync(
        MethodDescriptor method,
        byte[] request,
        Metadata headers,
        Func<string, string>? spelled = null
    )
    {
        spelled ??= static text => text;
        using var end = new CancellationTokenSource();
        var described = new Method<byte[], byte[]>(
            MethodType.DuplexStreaming,
            spelled(method.Service.FullName),
            spelled(method.Name),
            s_bytes,
            s_bytes
        );
        using var call = _channel
            .CreateCallInvoker()
            .AsyncDuplexStreamingCall(described, null, new CallOptions(headers, cancellationToken: end.Token));
        try
        {
            await call.RequestStream.WriteAsync(request, end.Token);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The call is over already, which its status tells.
        }
        try
        {
            // A stream that is answered is one that was let through.
            return await call.ResponseStream.MoveNext(end.Token) ? StatusCode.OK : call.GetStatus().StatusCode;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
        finally
        {
            await end.CancelAsync();
        }
    }
}
