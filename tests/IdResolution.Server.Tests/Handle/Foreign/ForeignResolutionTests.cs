using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Tests.Attacks;
using IdResolution.Server.Tests.Grpc;

namespace IdResolution.Server.Tests.Handle.Foreign;

/// <summary>
/// What another company's node holds is found through the root and shown by every front end; and what happens where it
/// cannot be had.
/// </summary>
[TestFixture]
internal sealed class ForeignResolutionTests : ForeignFixture
{
    private string _id = "";

    [OneTimeSetUp]
    public async Task RegisterAsync() =>
        _id = await CreateAsync(
            Partner,
            $"{PartnerPrefix}/Roll-1",
            Value(1, "URL", "https://partner.example/1", ttl: 600),
            Value(2, "DESC", "膜 <b>"),
            Value(3, "INTERNAL", "not for you", ValuePermissions.AdminRead | ValuePermissions.AdminWrite),
            Value(4, "HS_SECKEY", "never shown to anybody"),
            new HandleValue
            {
                Index = 5,
                Type = "BLOB",
                Data = [0, 1, 2],
            }
        );

    [Test]
    public async Task Rest_ForeignIdentifier_GivesItsPublicValues()
    {
        var answer = await GetAsync(Node, _id);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        var json = answer.Json;
        Assert.That(
            json.EnumerateObject().Select(member => member.Name),
            Is.EqualTo(["identifier", "template", "templateVersion", "status", "foreign", "attributes", "values"])
        );
        Assert.That(
            (
                json.GetProperty("identifier").GetString(),
                json.GetProperty("foreign").GetBoolean(),
                json.GetProperty("template").ValueKind
            ),
            Is.EqualTo((_id, true, JsonValueKind.Null))
        );
        Assert.That(
            json.GetProperty("values")
                .EnumerateArray()
                .Select(v => (v.GetProperty("index").GetInt32(), v.GetProperty("type").GetString())),
            Is.EqualTo([(1, "URL"), (2, "DESC"), (5, "BLOB")])
        );
        Assert.That(
            json.GetProperty("values")[0].GetProperty("data").GetProperty("value").GetString(),
            Is.EqualTo("https://partner.example/1")
        );
        Assert.That(
            (answer.Header("Cache-Control"), answer.Header("ETag")),
            Is.EqualTo(("max-age=600", (string?)null))
        );
    }

    [Test]
    public async Task Rest_TemplatedForeignIdentifier_GivesItsHandleValues()
    {
        var id = await Partner.RegisterAsync(
            """ "attributes":{"name":"thing","grade":"A"} """,
            $"{PartnerPrefix}/part-1"
        );

        var values = (await GetAsync(Node, id.ToUpperInvariant(), Role.Admin))
            .Json.GetProperty("values")
            .EnumerateArray()
            .Select(v => v.GetProperty("type").GetString());

        Assert.That(
            values,
            Is.EqualTo(["URL", "HS_ADMIN", "TEMPLATE_ID", "TEMPLATE", "name"]),
            "grade is for partners of that node"
        );
    }

    [TestCase("en", "belongs to another enterprise", "(UTC&#x2B;8)</time>")]
    [TestCase("zh", "该标识属于其他企业", "（UTC&#x2B;8）</time>")]
    public async Task Page_ForeignIdentifier_IsForPeople(string language, string note, string readAt)
    {
        var page = await Node.GetAsync("/" + _id, headers: [("Accept", "text/html"), ("Accept-Language", language)]);
        var json = await Node.GetAsync(
            "/" + _id,
            headers: [("Accept", "application/json"), ("Accept-Language", language)]
        );

        Assert.That(
            (page.Status, page.MediaType, json.Status, json.MediaType),
            Is.EqualTo((200, "text/html", 200, "application/json"))
        );
        Assert.That(
            page.Text,
            Does.Contain(note)
                .And.Contain(readAt)
                .And.Contain("https://partner.example/1")
                .And.Contain("膜 &lt;b&gt;")
                .And.Contain("BLOB (5)")
                .And.Not.Contain("never shown to anybody")
                .And.Not.Contain("not for you")
        );
        Assert.That(page.Header("Cache-Control"), Is.EqualTo("max-age=600"));
    }

    [Test]
    public async Task Scan_OfAPartnersLabel_GivesItsRecord(
        [Values("", "hdl:", "https://id.partner.example/")] string before
    )
    {
        var answer = await Node.SendAsync(
            Role.Anonymous,
            "POST",
            "/api/v1/scan",
            $$"""{"text":"{{before}}{{_id}}\r\n"}"""
        );

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Json.GetProperty("foreign").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Grpc_ForeignIdentifier_IsResolvedScannedAndPartOfBatches()
    {
        var local = await Node.RegisterAsync();
        using var client = new RawGrpc(Node.GrpcEndPoint);

        var record = await client.CallAsync(
            "idresolution.v1.Resolver/Resolve",
            new V1.ResolveRequest { Identifier = _id },
            V1.Record.Parser
        );
        var scanned = await client.CallAsync(
            "idresolution.v1.Resolver/Scan",
            new V1.ScanRequest { Text = $"{_id}\r" },
            V1.Record.Parser
        );
        var batch = await client.CallAsync(
            "idresolution.v1.Resolver/ResolveBatch",
            new V1.ResolveBatchRequest { Identifiers = { local, _id, $"{PartnerPrefix}/none", "77.5/none" } },
            V1.ResolveBatchResponse.Parser
        );

        Assert.That(
            (record.Identifier, record.Foreign, record.HasVersion, record.Values[0].Data.ToStringUtf8()),
            Is.EqualTo((_id, true, false, "https://partner.example/1"))
        );
        Assert.That(scanned, Is.EqualTo(record));
        Assert.That(
            batch.Items.Select(item => item.Record?.Foreign),
            Is.EqualTo(new bool?[] { false, true, null, null })
        );
        Assert.That(
            batch.Items.Skip(2).Select(item => item.Error.Code),
            Is.EqualTo([5, 9]),
            "NOT_FOUND, FAILED_PRECONDITION"
        );
    }

    [TestCase($"{PartnerPrefix}/none", nameof(ErrorCode.NotFound))]
    [TestCase("88.300.99/x", nameof(ErrorCode.NotResponsible))]
    [TestCase("77.5/x", nameof(ErrorCode.NotResponsible))]
    public async Task ForeignIdentifier_OfNobody_Is404(string identifier, string code)
    {
        foreach (var _ in new[] { "asked", "remembered" })
        {
            var answer = await GetAsync(Node, identifier);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((404, code)));
        }
        Assert.That((await Node.GetAsync("/" + identifier, headers: ("Accept", "text/html"))).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task ForeignIdentifiers_AskedForByOneNetworkWithoutEnd_LeaveOthersTheirShare()
    {
        using var greedy = Attacker.Http(Node.EndPoint, IPAddress.Parse("127.0.0.80"));
        using var other = Attacker.Http(Node.EndPoint, IPAddress.Parse("127.0.0.81"));
        async Task<HttpStatusCode> AskAsync(HttpClient by, string identifier) =>
            (await by.GetAsync("/api/v1/identifiers/" + identifier)).StatusCode;

        var asked = new List<HttpStatusCode>();
        for (var i = 0; i < 500 && !asked.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            asked.Add(await AskAsync(greedy, $"88.300.98/g{i}"));
        }

        Assert.That(asked, Has.Member(HttpStatusCode.TooManyRequests));
        Assert.That(await AskAsync(other, "88.300.98/o"), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Partner_ThatIsAway_StillAnswersFromWhatIsRemembered()
    {
        var third = await StartAsync("88.300.3");
        await DelegateAsync("88.300.3", SiteOf(third));
        var id = await CreateAsync(third, "88.300.3/a", Value(1, "URL", "x"));
        Assert.That((await GetAsync(Node, id)).Status, Is.EqualTo(200));
        await third.StopAsync();

        var known = await GetAsync(Node, id.ToUpperInvariant());
        var unknown = await GetAsync(Node, "88.300.3/b");
        var page = await Node.GetAsync("/88.300.3/b", headers: ("Accept", "text/html"));

        Assert.That(
            (known.Status, known.Json.GetProperty("identifier").GetString()),
            Is.EqualTo((200, id.ToUpperInvariant()))
        );
        Assert.That((unknown.Status, unknown.Code, page.Status), Is.EqualTo((503, nameof(ErrorCode.Unavailable), 503)));
        Assert.That((unknown.Header("Retry-After"), page.Header("Retry-After")), Is.EqualTo(("5", "5")));
    }

    [Test]
    public async Task Partner_ThatIsSilent_Is503WithinTheLimit()
    {
        // Takes connections and packets, and never says a word.
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)tcp.LocalEndpoint).Port));
        await DelegateAsync("88.300.4", SiteAt((IPEndPoint)tcp.LocalEndpoint));
        var impatient = await StartAsync(
            "88.300.1",
            options =>
            {
                AskRoot(options);
                options.Foreign.TimeoutSeconds = 1;
            }
        );

        var began = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => GetAsync(impatient, "88.300.4/x")));

        Assert.That(
            answers.Select(answer => (answer.Status, answer.Code)),
            Is.All.EqualTo((503, nameof(ErrorCode.Unavailable)))
        );
        // The time beyond the second is for a machine that is busy with other things.
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task PrivateAddress_InAForeignRecord_IsNotSpokenToUnlessListed()
    {
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        await DelegateAsync("88.300.6", SiteAt((IPEndPoint)tcp.LocalEndpoint));
        var strict = await StartAsync("88.300.1", options => options.Foreign.Roots = [Root.HandleEndPoint.ToString()]);

        var answer = await GetAsync(strict, "88.300.6/x");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((503, nameof(ErrorCode.Unavailable))));
        Assert.That(answer.Text, Does.Not.Contain("Foreign:").And.Not.Contain("idnode"));
        var operators = await strict.GetAsync("/api/v1/identifiers/88.300.6/x", Role.Admin);
        Assert.That(operators.Text, Does.Contain("Foreign:Allowed"));
        Assert.That(tcp.Pending(), Is.False);
    }

    [Test]
    public async Task Walk_ThatLeadsBackToThisNode_Ends()
    {
        await DelegateAsync("88.300.5", SiteOf(Node));

        var answer = await GetAsync(Node, "88.300.5/x");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((404, nameof(ErrorCode.NotResponsible))));
    }

    [Test]
    public async Task ForeignResolution_Off_TellsOperatorsAloneHowToSwitchItOn()
    {
        var off = await StartAsync("88.300.1");

        var answer = await GetAsync(off, _id);
        var scanned = await off.SendAsync(Role.Anonymous, "POST", "/api/v1/scan", $$"""{"text":"{{_id}}"}""");
        var page = await off.GetAsync("/" + _id, headers: ("Accept", "text/html"));

        Assert.That(
            (answer.Status, answer.Code, scanned.Status, page.Status),
            Is.EqualTo((404, nameof(ErrorCode.NotResponsible), 404, 404))
        );
        Assert.That(new[] { answer.Text, scanned.Text, page.Text }, Has.None.Contains("Foreign:"));
        foreach (var role in new[] { Role.Partner, Role.Reader, Role.Registrar, Role.Admin })
        {
            var told = await off.GetAsync("/api/v1/identifiers/" + _id, role);
            Assert.That(told.Text.Contains("Foreign:Roots", StringComparison.Ordinal), Is.EqualTo(role == Role.Admin));
        }
    }

    [Test]
    public async Task AnonymousReads_Off_KeepForeignRecordsToo()
    {
        var closed = await StartAsync(
            "88.300.1",
            options =>
            {
                AskRoot(options);
                options.Access.AnonymousReads = false;
            }
        );
        using var client = new RawGrpc(closed.GrpcEndPoint);
        using var call = await client.SendAsync(
            "idresolution.v1.Resolver/Resolve",
            new V1.ResolveRequest { Identifier = _id }
        );

        Assert.That((await GetAsync(closed, _id)).Status, Is.EqualTo(401));
        Assert.That((await closed.GetAsync("/" + _id, headers: ("Accept", "text/html"))).Status, Is.EqualTo(401));
        Assert.That(RawGrpc.StatusOf(call), Is.EqualTo("16"), "UNAUTHENTICATED");
        Assert.That((await GetAsync(closed, _id, Role.Partner)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task HandleClient_ThatWantsRecursion_IsNotWalkedFor()
    {
        using var transport = new HandleProtocol.Client.HandleTransport();
        var client = new HandleProtocol.Client.HandleClient(
            transport,
            HandleProtocol.Client.HandleServer.At(Node.HandleEndPoint)
        );

        var answer = await client.ResolveAsync(_id, new HandleProtocol.Client.HandleQuery { Recursive = true }, Stop);

        Assert.That(answer.Code, Is.EqualTo(HandleProtocol.Messages.ResponseCode.NotResponsible));
    }

    [Test]
    public async Task RequireSignatures_GivesOnlyWhatTheKeyOfThePrefixSigned()
    {
        using var key = KeyPair.Generate();
        using var other = KeyPair.Generate();
        var signer = await StartAsync("88.300.7");
        await DelegateAsync(
            "88.300.7",
            SiteOf(signer),
            new HandleValue
            {
                Index = 300,
                Type = "HS_PUBKEY",
                Data = key.PublicKey.ToData(),
            }
        );
        var strict = await StartAsync(
            "88.300.1",
            options =>
            {
                AskRoot(options);
                options.Foreign.RequireSignatures = true;
            }
        );
        HandleValue[] values = [Value(1, "URL", "x"), Value(2, "DESC", "y")];
        HandleValue Signature(string id, KeyPair by, params HandleValue[] signed) =>
            Value(
                10,
                "HS_SIGNATURE",
                HandleSignature.Sign(
                    id,
                    signed,
                    new ValueReference("0.NA/88.300.7", 300),
                    by,
                    DateTimeOffset.UtcNow,
                    TimeSpan.FromHours(1)
                )
            );

        await CreateAsync(signer, "88.300.7/signed", [.. values, Signature("88.300.7/signed", key, values)]);
        await CreateAsync(signer, "88.300.7/half", [.. values, Signature("88.300.7/half", key, values[0])]);
        await CreateAsync(signer, "88.300.7/forged", [.. values, Signature("88.300.7/forged", other, values)]);
        await CreateAsync(signer, "88.300.7/moved", [.. values, Signature("88.300.7/signed", key, values)]);
        await CreateAsync(signer, "88.300.7/bare", values);

        Assert.That((await GetAsync(strict, "88.300.7/signed")).Status, Is.EqualTo(200));
        foreach (var name in new[] { "half", "forged", "moved", "bare" })
        {
            var answer = await GetAsync(strict, "88.300.7/" + name);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((503, nameof(ErrorCode.Unavailable))), name);
            Assert.That((await GetAsync(Node, "88.300.7/" + name)).Status, Is.EqualTo(200), name);
        }
    }
}
