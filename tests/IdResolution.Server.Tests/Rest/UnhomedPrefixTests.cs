using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Server.Tests.Grpc;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Prefixes given up, and the records of prefixes, on two nodes of one store.</summary>
[TestFixture]
public sealed class UnhomedPrefixTests
{
    [Test]
    public async Task Record_OfAnUnhomedPrefix_IsNotHereOnAnyNodeThoughItWasCached()
    {
        await using var node = await TestNode.StartAsync();
        await using var second = await TestNode.StartAsync(data: node.Node.Options.Data);
        Assert.That(Prefix.TryParse("88.300.7", out var prefix));
        await node.Node.Prefixes.HomeAsync([prefix!], Caller.CommandLine, CancellationToken.None);
        var id = await node.RegisterAsync(identifier: "88.300.7/a");
        foreach (var warm in new[] { node, second, node, second })
        {
            await Eventually(warm, id, 200);
        }

        Assert.That((await second.Node.Prefixes.UnhomeAsync(prefix!, Caller.CommandLine, CancellationToken.None)).IsOk);

        foreach (var server in new[] { second, node })
        {
            await Eventually(server, id, 404);
            foreach (var path in new[] { "/api/v1/identifiers/", "/api/v1/history/", "/" })
            {
                var answer = await server.GetAsync(path + id, Role.Reader);
                Assert.That((answer.Status, answer.Code), Is.EqualTo((404, nameof(ErrorCode.NotResponsible))), path);
            }
            Assert.That((await server.GetAsync("/" + id, headers: ("Accept", "text/html"))).Status, Is.EqualTo(404));
            Assert.That(
                (await server.GetAsync($"/api/v1/qr/{id}.svg")).Code,
                Is.EqualTo(nameof(ErrorCode.NotResponsible))
            );
            Assert.That(
                (await server.SendAsync(Role.Registrar, "PATCH", "/api/v1/identifiers/" + id, "{}")).Code,
                Is.EqualTo(nameof(ErrorCode.NotResponsible))
            );
            using var client = new RawGrpc(server.GrpcEndPoint);
            using var call = await client.SendAsync(
                "idresolution.v1.Resolver/Resolve",
                new V1.ResolveRequest { Identifier = id }
            );
            Assert.That(RawGrpc.StatusOf(call), Is.EqualTo("9"), "FAILED_PRECONDITION");
        }

        await node.Node.Prefixes.HomeAsync([prefix!], Caller.CommandLine, CancellationToken.None);
        foreach (var server in new[] { second, node })
        {
            await Eventually(server, id, 200);
        }
    }

    [Test]
    public async Task PrefixRecord_OverRest_IsWrittenByAdministratorsAlone()
    {
        await using var node = await TestNode.StartAsync();
        const string Body =
            $$"""{"identifier": "0.NA/{{TestNode.Prefix}}", "values": [{"index": 1, "type": "URL", "data": "https://example.com"}]}""";

        var refused = await node.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", Body);
        var made = await node.SendAsync(Role.Admin, "POST", "/api/v1/identifiers", Body);

        Assert.That((refused.Status, made.Status), Is.EqualTo((403, 201)), made.ToString());
        Assert.That(
            (await node.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/0.NA/{TestNode.Prefix}")).Status,
            Is.EqualTo(403)
        );
        Assert.That((await node.GetAsync($"/api/v1/identifiers/0.NA/{TestNode.Prefix}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task History_OfAHandleAdministrator_NamesTheRecordThatTheyAre()
    {
        await using var node = await TestNode.StartAsync();
        var id = Identifier.Parse(node.NewId()).Value;
        var values = new[]
        {
            new RawValue
            {
                Index = 1,
                Type = "URL",
                Data = [],
            },
        };

        await node.Node.Values.CreateAsync(
            id,
            values,
            false,
            _ => null,
            new Caller(Role.Registrar, 4_711, "300:88.300.1/USER"),
            CancellationToken.None
        );

        Assert.That(
            (await node.GetAsync($"/api/v1/history/{id}", Role.Reader)).Items.Single().GetProperty("actor").GetString(),
            Is.EqualTo("handle:4711")
        );
    }

    /// <summary>Waits until a node has seen what another wrote.</summary>
    private static async Task Eventually(TestNode node, string id, int status)
    {
        var last = 0;
        for (var tries = 0; tries < 100 && last != status; tries++)
        {
            last = (await node.GetAsync("/api/v1/identifiers/" + id)).Status;
            await Task.Delay(last == status ? 0 : 20);
        }
        Assert.That(last, Is.EqualTo(status));
    }
}
