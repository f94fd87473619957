using System.Net.Sockets;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Resolution over the Handle protocol, of records of every kind.</summary>
[TestFixture]
internal sealed class ResolutionTests : HandleFixture
{
    [Test]
    public async Task Resolve_ByNothingIndexAndType_GivesWhatIsAskedFor()
    {
        var handle = await CreateAsync(
            Value(1, "URL", "https://a.example"),
            Value(2, "EMAIL", "a@example"),
            Value(7, "X.Y", "z")
        );

        var all = await ValuesOfAsync(handle);
        var again = await ValuesOfAsync(handle.ToLowerInvariant());
        var some = await Anonymous.ResolveAsync(handle, new HandleQuery { Indexes = [2], Types = ["x."] }, Stop);
        var none = await Anonymous.ResolveAsync(handle, new HandleQuery { Indexes = [3] }, Stop);

        Assert.That(all, Is.EqualTo(["1 URL https://a.example", "2 EMAIL a@example", "7 X.Y z"]));
        Assert.That(again, Is.EqualTo(all));
        Assert.That(some.Data!.Select(v => v.Index), Is.EqualTo([2, 7]));
        Assert.That(none.Code, Is.EqualTo(ResponseCode.ValuesNotFound));
    }

    [Test]
    public async Task Resolve_UnknownForeignAndMalformed_AreToldApart()
    {
        var codes = new List<ResponseCode>();
        foreach (var handle in new[] { $"{Prefix}/nothing", "99.1/x", "0", $"{Prefix}/", $"{Prefix}/\u0007" })
        {
            codes.Add((await Anonymous.ResolveAsync(handle, HandleQuery.All, Stop)).Code);
        }

        Assert.That(
            codes,
            Is.EqualTo([
                ResponseCode.HandleNotFound,
                ResponseCode.NotResponsible,
                ResponseCode.NotResponsible,
                ResponseCode.InvalidHandle,
                ResponseCode.InvalidHandle,
            ])
        );
    }

    [Test]
    public async Task Resolve_TemplatedRecord_RendersItsValues()
    {
        var identifier = await Node.RegisterAsync(""" "attributes":{"name":"thing","grade":"A","tags":["x","y"]} """);

        var seen = await ValuesOfAsync(identifier);
        var read = await ValuesOfAsync(identifier, Client);

        var template = Node.Node.Catalog.Current.FindLatest("part")!;
        Assert.That(
            seen,
            Is.EqualTo([
                $"1 URL {Node.Address.Of(identifier)}",
                $"100 HS_ADMIN {new HandleValue { Index = 1, Type = "", Data = new AdminRecord(AdminPermissions.All, new ValueReference($"0.NA/{Prefix}", 200)).ToData() }.Text}",
                $"1000 TEMPLATE_ID {template.Identifier}",
                "1001 TEMPLATE part/1",
                "2000 name thing",
                """2005 tags ["x","y"]""",
            ])
        );
        Assert.That(read, Has.Member("2001 grade A").And.SupersetOf(seen));
    }

    [Test]
    public async Task Resolve_WithoutPublicFlag_AsksWhoWantsWhatIsNotPublic()
    {
        var handle = await CreateAsync(
            Value(1, "URL", "open"),
            Value(2, "NOTE", "closed", ValuePermissions.AdminRead | ValuePermissions.AdminWrite),
            Value(3, "NOTE", "nobody", ValuePermissions.AdminWrite),
            AdminValue(100, AdminPermissions.AuthorizedRead, Stranger)
        );
        var all = new HandleQuery { PublicOnly = false };

        var anonymous = await Anonymous.ResolveAsync(handle, all, Stop);
        var open = await Anonymous.ResolveAsync(handle, new HandleQuery { PublicOnly = false, Indexes = [1] }, Stop);
        var stranger = await As(Stranger).ResolveAsync(handle, all, Stop);
        var nobody = await As(Stranger)
            .ResolveAsync(handle, new HandleQuery { PublicOnly = false, Indexes = [3] }, Stop);

        Assert.That(await ValuesOfAsync(handle), Has.None.Contain("closed"));
        Assert.That(anonymous.Code, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(open.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(stranger.Data!.Select(v => v.Index), Is.EqualTo([1, 2, 100]));
        Assert.That(nobody.Code, Is.EqualTo(ResponseCode.InsufficientPermissions));
    }

    [Test]
    public async Task Resolve_SecretKey_IsShownToWhoMayReadItAlone()
    {
        var handle = await CreateAsync(Value(1, "URL", "x"), Value(300, "HS_SECKEY", "hidden-from-all"));

        Assert.That(await ValuesOfAsync(handle), Is.EqualTo(["1 URL x"]));
        Assert.That(await ValuesOfAsync(handle, Client), Is.EqualTo(["1 URL x", "300 HS_SECKEY hidden-from-all"]));
        Assert.That(
            (await Node.GetAsync($"/api/v1/identifiers/{handle}", Role.Admin)).ToString(),
            Does.Not.Contain("hidden")
        );
    }

    [Test]
    public async Task Resolve_PrefixWithoutStoredRecord_RendersSiteAndAdministrators()
    {
        var found = await Anonymous.ResolveAsync(Prefix, HandleQuery.All, Stop);

        Assert.That(
            found.Data!.Select(v => $"{v.Index} {v.Type}"),
            Is.EqualTo(["1 HS_SITE", "100 HS_ADMIN", "200 HS_VLIST"])
        );
        Assert.That(SiteRecord.TryRead(found.Data![0].Data, out var site), Is.True);
        Assert.That(
            HandleServer.Of(site!.Servers[0], SiteServices.Both)!.TcpPort,
            Is.EqualTo(Node.HandleEndPoint.Port)
        );
        Assert.That(ValueListRecord.TryRead(found.Data[2].Data, out var list), Is.True);
        Assert.That(list!.Members, Is.EqualTo([Admin, AdminKey]));
    }

    [Test]
    public async Task SiteInfo_Asked_IsTheSiteRecord()
    {
        var site = await Anonymous.SiteInfoAsync(Stop);

        Assert.That(
            site.Data!.Servers.Single().Interfaces[0],
            Is.EqualTo(new SiteInterface(SiteServices.Both, SiteTransport.Tcp, Node.HandleEndPoint.Port))
        );
    }

    [Test]
    public async Task Resolve_SignedResponse_IsSignedByTheSite()
    {
        var handle = await CreateAsync(Value(1, "URL", "signed"));
        using var wire = await ConnectAsync();

        var answer = await wire.AskAsync(
            OpCode.Resolution,
            new ResolutionRequest(handle, [], []).Write,
            OpFlags.PublicOnly | OpFlags.Certify
        );

        Assert.That(
            PublicKey.TryRead((await Anonymous.SiteInfoAsync(Stop)).Data!.Servers[0].PublicKey, out var key),
            Is.True
        );
        Assert.That(Credential.TryRead(answer.Credential.Span, out var credential), Is.True);
        Assert.That(credential!.Verify(answer, key!), Is.EqualTo(ProofResult.Right));
    }

    [Test]
    public async Task Resolve_RequestDigestAsked_IsReturned([Values(1, 6, 11)] byte minor)
    {
        var handle = await CreateAsync(Value(1, "URL", "digest"));
        using var wire = await ConnectAsync();
        var version = new ProtocolVersion(2, minor);
        var request = HandleWire.Resolution(handle, flags: OpFlags.PublicOnly | OpFlags.ReturnDigest);

        var answer = await wire.AskAsync(
            OpCode.Resolution,
            new ResolutionRequest(handle, [], []).Write,
            OpFlags.PublicOnly | OpFlags.ReturnDigest,
            version: version
        );

        Assert.That(answer.Envelope.Version, Is.EqualTo(version));
        Assert.That(ResolutionResponse.TryRead(answer.Body.Span, digestPresent: true, out var body), Is.True);
        Assert.That(body!.Digest, Is.EqualTo(RequestDigest.Of(request.AsSpan(20, request.Length - 24), version)));
    }

    [Test]
    public async Task Resolve_ManyAtOnceOnOneConnection_AreAnsweredInOrder()
    {
        var handle = await CreateAsync(Value(1, "URL", "pipelined"));
        using var wire = await ConnectAsync();
        var together = Enumerable
            .Range(1, 100)
            .SelectMany(i => HandleWire.Resolution(i % 3 == 0 ? $"{Prefix}/none{i}" : handle, i))
            .ToArray();

        await wire.SendAsync(together);

        for (var i = 1; i <= 100; i++)
        {
            var answer = await wire.ReadAsync();
            Assert.That(
                (answer!.Envelope.RequestId, answer.Header.ResponseCode),
                Is.EqualTo((i, i % 3 == 0 ? ResponseCode.HandleNotFound : ResponseCode.Success))
            );
        }
    }

    [Test]
    public async Task Resolve_ByteForByteOnTcp_IsAnswered()
    {
        var handle = await CreateAsync(Value(1, "URL", "slow"));
        using var wire = await ConnectAsync();

        foreach (var b in HandleWire.Resolution(handle))
        {
            await wire.SendAsync(new[] { b });
        }

        Assert.That((await wire.ReadAsync())!.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Resolve_OverUdp_ComesInPacketsAndTakesThem()
    {
        var handle = await CreateAsync(Value(1, "URL", "small"), Value(2, "DESC", new string('x', 5_000)));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = 30_000,
        };
        socket.Connect(Node.HandleEndPoint);
        // A request of 700 bytes: many types, the second packet first and twice.
        var request = HandleWire.Message(
            OpCode.Resolution,
            new ResolutionRequest(handle, [], [.. Enumerable.Range(0, 60).Select(i => $"TYPE{i}"), "URL", "DESC"]).Write
        );
        foreach (var sequence in new[] { 1, 1, 0 })
        {
            var packet = new byte[MessageLimits.MaxPacketLength];
            socket.Send(packet.AsSpan(0, PacketWriter.Write(request, sequence, truncatedFlag: true, packet)));
        }

        var assembler = new PacketAssembler();
        while (!assembler.IsComplete)
        {
            var packet = new byte[2_000];
            var length = socket.Receive(packet);
            Assert.That(length, Is.LessThanOrEqualTo(MessageLimits.MaxPacketLength));
            Assert.That(
                Envelope.TryRead(packet, out var envelope)
                    && assembler.TryAdd(envelope, packet.AsSpan(20, length - 20)),
                Is.True
            );
        }

        Assert.That(HandleMessage.TryParse(assembler.Envelope, assembler.ToMessage(), out var answer), Is.True);
        Assert.That(ResolutionResponse.TryRead(answer!.Body.Span, digestPresent: false, out var body), Is.True);
        Assert.That(body!.Values.Select(v => v.Data.Length), Is.EqualTo([5, 5_000]));
    }

    [Test]
    public async Task Resolve_OverHttp_IsAnsweredByMessages()
    {
        var handle = await CreateAsync(Value(1, "URL", "http"));
        using var client = new HttpClient();
        using var content = new ByteArrayContent(HandleWire.Resolution(handle))
        {
            Headers = { ContentType = new("application/x-hdl-message") },
        };

        using var response = await client.PostAsync(new Uri($"http://{Node.EndPoint}/"), content);

        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.That(
            Envelope.TryRead(bytes, out var envelope)
                && HandleMessage.TryParse(envelope, bytes.AsMemory(20), out var answer)
                && answer.Header.ResponseCode == ResponseCode.Success,
            Is.True
        );
    }

    [Test]
    public async Task Resolve_DerivedPrefixWithItsOwnSite_IsReferred()
    {
        var site = new SiteRecord { Servers = [] }.ToData();
        var created = await Client.CreateAsync(
            $"0.NA/{Prefix}.sub",
            [
                new HandleValue
                {
                    Index = 1,
                    Type = "HS_SITE",
                    Data = site,
                },
            ],
            overwrite: false,
            mint: false,
            Stop
        );

        var referred = await Anonymous.ResolveAsync($"{Prefix}.sub/thing", HandleQuery.All, Stop);
        var elsewhere = await Anonymous.ResolveAsync($"{Prefix}.other/thing", HandleQuery.All, Stop);

        Assert.That(created.Code, Is.EqualTo(ResponseCode.Success), created.Message);
        Assert.That(referred.Code, Is.EqualTo(ResponseCode.ServiceReferral));
        Assert.That(
            (referred.Referral!.Handle, referred.Referral.Values.Single().Data),
            Is.EqualTo(($"0.NA/{Prefix}.sub", site))
        );
        Assert.That(elsewhere.Code, Is.EqualTo(ResponseCode.NotResponsible));
    }
}
