using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Grpc;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Rest;

/// <summary>What keys read that see private attributes, where that is audited.</summary>
[TestFixture]
internal sealed class AuditedReadTests : NodeFixture
{
    private protected override void Configure(NodeOptions options) => options.Access.AuditReads = true;

    [Test]
    public async Task Reads_WhereTheyAreAudited_NameKeyAndIdentifier()
    {
        var id = await Server.RegisterAsync();
        var key = (await Server.GetAsync("/api/v1/keys", Role.Admin)).Items.Single(k =>
            k.GetProperty("role").GetString() == "reader"
        );
        var caller = key.GetProperty("id").GetString();

        for (var i = 0; i < 3; i++)
        {
            // The second and third would be answered from the cache.
            Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id, Role.Reader)).Status, Is.EqualTo(200));
        }
        await Server.GetAsync("/api/v1/identifiers?id=" + id, Role.Partner);
        await Server.GetAsync("/api/v1/identifiers/" + id);
        await Server.GetAsync("/api/v1/identifiers/" + id + "-absent", Role.Reader);
        await Server.GetAsync("/api/v1/history/" + id, Role.Reader);
        await Server.GetAsync("/api/v1/search?template=part", Role.Reader);
        using var grpc = new RawGrpc(Server.GrpcEndPoint);
        var (status, _) = await grpc.SendBytesAsync(
            "idresolution.v1.Resolver/Resolve",
            new V1.ResolveRequest { Identifier = id }.ToByteArray(),
            Server.KeyOf(Role.Reader)
        );
        Assert.That(status, Is.EqualTo("0"));

        var lines = (await Server.GetAsync("/api/v1/audit?limit=1000", Role.Auditor))
            .Items.Where(line =>
                line.GetProperty("action").GetString()!.StartsWith("record.", StringComparison.Ordinal)
            )
            .GroupBy(line => (line.GetProperty("action").GetString(), line.GetProperty("target").GetString()))
            .ToDictionary(lines => lines.Key, lines => lines.ToList());
        Assert.That(
            lines.ToDictionary(line => line.Key, line => line.Value.Sum(one => one.GetProperty("count").GetInt64())),
            Is.EquivalentTo(
                new Dictionary<(string?, string?), long>
                {
                    [("record.read", id)] = 4,
                    [("record.history", id)] = 1,
                    [("record.search", "part")] = 1,
                }
            )
        );
        foreach (var line in lines.Values.SelectMany(line => line))
        {
            Assert.That(line.GetProperty("caller").GetString(), Is.EqualTo(caller), $"{line}");
            Assert.That(line.GetProperty("source").GetString(), Is.EqualTo("127.0.0.1"));
        }
    }

    [Test]
    public async Task Reads_OfTheKeyThatMayNotSeePrivateAttributes_LeaveNoLine()
    {
        Assert.That(Server.Services.GetRequiredService<AccessPolicy>().Audits(Caller.Anonymous), Is.False);
        var id = await Server.RegisterAsync();
        await Server.GetAsync("/api/v1/identifiers/" + id, Role.Partner);

        var lines = await Server.GetAsync("/api/v1/audit?limit=1000", Role.Auditor);
        Assert.That(lines.Text, Does.Not.Contain(id));
    }
}
