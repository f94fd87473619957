using System.Diagnostics;
using IdResolution.Core.Identifiers;
using IdResolution.Server.Caching;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Caching;

/// <summary>How a node gets to its Redis: password, user, TLS, Sentinel, cluster, or not at all.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class RedisConnectionTests
{
    private const string Password = "correct-horse";

    [TestCase(Password, true)]
    [TestCase("wrong-horse", false)]
    public async Task Password_DecidesWhetherRedisIsUsed(string given, bool isRight)
    {
        using var redis = await RedisServer.StartWithPasswordAsync(Password);
        await using var node = await RedisFixture.StartNodeAsync(
            $"{redis.Configuration},password={given},connectTimeout=500"
        );

        await AssertUsedAsync(node, isRight);

        Assert.That(node.Log.Texts, Has.None.Contains(given));
    }

    [TestCase("idnode", Password, true)]
    [TestCase("idnode", "wrong-horse", false)]
    [TestCase("default", Password, false)]
    public async Task User_WithTheRulesOfTheDocuments_DecidesWhetherRedisIsUsed(
        string name,
        string password,
        bool isRight
    )
    {
        var rules = Documented("ACL SETUSER ").Replace("PASSWORD", Password, StringComparison.Ordinal);
        using var redis = await RedisServer.StartWithUserAsync(Password, rules.Split(' '));
        var given = Documented("IDR__Redis__Configuration='redis.example.com:6379,user=")
            .TrimEnd('\'')
            .Replace("idnode", name, StringComparison.Ordinal)
            .Replace("PASSWORD", password, StringComparison.Ordinal);
        await using var node = await RedisFixture.StartNodeAsync(
            $"{redis.Configuration},connectTimeout=500,user={given}"
        );

        await AssertUsedAsync(node, isRight);

        if (isRight)
        {
            await RedisFixture.UntilAsync(
                () => redis.Cli("PUBSUB", "NUMSUB", "idnode:wake").EndsWith('1'),
                () => "does not listen"
            );
            var id = await node.RegisterAsync();
            await KeptAsync(node, id, redis);
            Assert.That(redis.Cli("ACL", "LOG"), Is.Empty, "The rules leave out what the node needs.");
        }
        Assert.That(node.Log.Texts, Has.None.Contains("horse"));
    }

    [Test]
    public async Task NoRedis_TheNodeStartsAndServes_AndUsesItWhenItComes()
    {
        var redis = await RedisServer.StartAsync();
        try
        {
            redis.Kill();
            var clock = Stopwatch.StartNew();
            await using var node = await RedisFixture.StartNodeAsync($"{redis.Configuration},connectTimeout=500");
            await AssertUsedAsync(node, false);
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)));

            await redis.RestartEmptyAsync();

            await RedisFixture.UsedAsync(node);
            await RedisFixture.UntilAsync(
                () => node.Log.Texts.Any(t => t.Contains("SharedCacheUsed", StringComparison.Ordinal)),
                () => "not logged"
            );
        }
        finally
        {
            redis.Dispose();
        }
    }

    [Test]
    public async Task FrozenForLong_TheConnectionIsGivenUp_AndMadeAnew()
    {
        using var redis = await RedisServer.StartAsync();
        await using var node = await RedisFixture.StartNodeAsync($"{redis.Configuration},connectTimeout=500");
        await RedisFixture.UsedAsync(node);
        var first = Clients(redis);

        redis.Freeze();

        await RedisFixture.UntilAsync(
            () => node.Node.SharedCache.Reason?.StartsWith("no connection", StringComparison.Ordinal) == true,
            () => $"{node.Node.SharedCache}"
        );
        await AssertUsedAsync(node, false);
        redis.Thaw();
        await RedisFixture.UsedAsync(node);
        Assert.That(Clients(redis), Is.Not.Empty.And.None.AnyOf(first));

        static string[] Clients(RedisServer redis) =>
            [
                .. redis
                    .Cli("CLIENT", "LIST")
                    .Split('\n')
                    .Where(c => c.Contains(" name=idnode ", StringComparison.Ordinal))
                    .Where(c => c.Contains(" sub=0 ", StringComparison.Ordinal))
                    .Select(c => c.Split(' ')[0]),
            ];
    }

    [Test]
    public async Task Sentinel_ThePrimaryIsKilled_TheNodeGoesOnWithTheNewOne()
    {
        using var primary = await RedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{primary.Port}");
        await RedisFixture.UntilAsync(
            () => replica.Cli("INFO", "replication").Contains("master_link_status:up", StringComparison.Ordinal),
            () => replica.Cli("INFO", "replication")
        );
        using var sentinel = await RedisServer.StartSentinelAsync("records", primary);
        await RedisFixture.UntilAsync(
            () => sentinel.Cli("INFO", "sentinel").Contains("slaves=1", StringComparison.Ordinal),
            () => sentinel.Cli("INFO", "sentinel")
        );
        await using var node = await RedisFixture.StartNodeAsync(
            $"{sentinel.Configuration},serviceName=records,connectTimeout=500"
        );
        await RedisFixture.UsedAsync(node);
        var id = await node.RegisterAsync();
        await KeptAsync(node, id, primary);

        primary.Kill();

        Assert.That((await node.ResolveAsync(id)).Record!.Version, Is.EqualTo(1), "It goes on meanwhile.");
        // Sentinel closes all connections of the replica that it promotes: that of the question too.
        await RedisFixture.UntilAsync(
            () => replica.TryCli(["ROLE"], out var role) && role.StartsWith("master", StringComparison.Ordinal),
            () => sentinel.Cli("INFO", "sentinel")
        );
        var other = await node.RegisterAsync();
        await KeptAsync(node, other, replica);
        node.Log.AssertQuiet();
    }

    [Test]
    public async Task Tls_AuthorityNotTrusted_IsRefused_Trusted_IsUsed()
    {
        using var authority = new PlantAuthority();
        using var redis = await RedisServer.StartWithTlsAsync(authority.CertificateFile, authority.KeyFile);
        var configuration = $"127.0.0.1:{redis.TlsPort},ssl=true,sslHost=localhost,connectTimeout=500";

        await using (var node = await RedisFixture.StartNodeAsync(configuration))
        {
            await AssertUsedAsync(node, false);
        }
        Assert.That(redis.Cli("DBSIZE"), Is.EqualTo("0"));

        using var trusting = await authority.StartNodeAsync(configuration);
        await RedisFixture.UntilAsync(
            () => trusting.Errors.Contains("Redis is used", StringComparison.Ordinal),
            () => trusting.Errors
        );
        Assert.That(int.Parse(redis.Cli("DBSIZE")), Is.GreaterThanOrEqualTo(RedisPartition.Count));
    }

    [TestCase("sslHost=redis.example.com", Description = "The certificate is for another name.")]
    [TestCase("sslHost=localhost,sslProtocols=tls12", Description = "Then revocation is looked at, and is unknown.")]
    public async Task Tls_AuthorityTrusted_CertificateNotAsAskedFor_IsRefused(string settings)
    {
        using var authority = new PlantAuthority();
        using var redis = await RedisServer.StartWithTlsAsync(authority.CertificateFile, authority.KeyFile);

        using var node = await authority.StartNodeAsync($"127.0.0.1:{redis.TlsPort},ssl=true,{settings}");

        await RedisFixture.UntilAsync(
            () => node.Errors.Contains("no connection to Redis", StringComparison.Ordinal),
            () => node.Errors
        );
        Assert.That(redis.Cli("DBSIZE"), Is.EqualTo("0"));
    }

    [Test]
    public async Task Cluster_RecordsSpread_AreFoundAndInvalidated()
    {
        var servers = await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(i =>
                    RedisServer.StartAsync(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-config-file",
                        "nodes.conf",
                        "--cluster-port",
                        $"{RedisServer.FreePort()}"
                    )
                )
        );
        try
        {
            await JoinAsync(servers);
            await using var node = await RedisFixture.StartNodeAsync(
                string.Join(',', servers.Select(s => s.Configuration))
            );
            await using var other = await RedisFixture.StartNodeAsync(
                servers[2].Configuration,
                node.Node.Directory.Path
            );
            await RedisFixture.UsedAsync(node);
            await RedisFixture.UsedAsync(other);

            await new CoherenceRun(node, other).RunAsync();

            Assert.That(servers.Select(s => int.Parse(s.Cli("DBSIZE"))), Is.All.GreaterThan(5));
            await RedisFixture.UsedAsync(other);
        }
        finally
        {
            Array.ForEach(servers, s => s.Dispose());
        }
    }

    [TestCase("nothing-here=1,password=geheim")]
    [TestCase(",")]
    [TestCase("host:6379,connectTimeout=x")]
    public void Configuration_ThatCannotBeUsed_IsNamedWithoutItsSecrets(string configuration)
    {
        var options = new NodeOptions { Redis = new RedisOptions { Configuration = configuration } };

        var errors = options.Validate().ConvertAll(e => e.En);

        Assert.That(errors, Has.One.StartsWith("Redis:Configuration: must be"));
        Assert.That(errors, Has.None.Contains("geheim"));
    }

    [Test]
    public void Settings_OutOfRange_AreNamed()
    {
        var options = new NodeOptions
        {
            Redis = new RedisOptions
            {
                Namespace = "a{b",
                TimeoutMilliseconds = 1,
                EntrySeconds = 1,
            },
        };

        Assert.That(
            options.Validate().Select(e => e.En.Split(": ")[0]),
            Is.EqualTo(["Redis:Namespace", "Redis:TimeoutMilliseconds", "Redis:EntrySeconds"])
        );
    }

    private static async Task AssertUsedAsync(TestNode node, bool isUsed)
    {
        if (isUsed)
        {
            await RedisFixture.UsedAsync(node);
        }
        else
        {
            await RedisFixture.UntilAsync(
                () =>
                    node.Node.SharedCache.Reason is { } reason
                    && (
                        reason.Contains("no connection", StringComparison.Ordinal)
                        || reason.Contains("does not answer", StringComparison.Ordinal)
                    ),
                () => $"{node.Node.SharedCache}"
            );
        }
        var id = await node.RegisterAsync();
        Assert.That((await node.ResolveAsync(id)).Record!.Version, Is.EqualTo(1));
        // On a busy machine an answer of Redis may come too late, and then it is not used for a moment.
        await RedisFixture.UntilAsync(
            () => node.Node.SharedCache.IsDegraded == !isUsed,
            () => $"{node.Node.SharedCache}"
        );
        node.Log.AssertQuiet();
    }

    /// <summary>Resolves until what was loaded lies in a Redis that is used.</summary>
    private static async Task KeptAsync(TestNode node, string id, RedisServer redis)
    {
        var key = LookupKey.Of(id);
        await RedisFixture.UntilAsync(
            () =>
            {
                _ = node.ResolveAsync(id).AsTask().Result;
                return redis.Cli("--scan", "--pattern", $"*:r:{key}").Length > 0;
            },
            () => $"never kept: {node.Node.SharedCache}"
        );
    }

    /// <summary>What a line of the documents says after its beginning.</summary>
    private static string Documented(string beginning) =>
        File.ReadLines(RepositoryFolder.PathOf("docs/deployment.md"))
            .First(l => l.StartsWith(beginning, StringComparison.Ordinal))[beginning.Length..];

    private static async Task JoinAsync(RedisServer[] servers)
    {
        const int Slots = 16_384;
        for (var i = 0; i < servers.Length; i++)
        {
            servers[i]
                .Cli(
                    "CLUSTER",
                    "ADDSLOTSRANGE",
                    $"{Slots * i / servers.Length}",
                    $"{(Slots * (i + 1) / servers.Length) - 1}"
                );
            var bus = servers[i].Cli("CONFIG", "GET", "cluster-port").Split('\n')[^1].Trim();
            servers[0].Cli("CLUSTER", "MEET", "127.0.0.1", $"{servers[i].Port}", bus);
        }
        foreach (var server in servers)
        {
            await RedisFixture.UntilAsync(
                () => server.Cli("CLUSTER", "INFO").Contains("cluster_state:ok", StringComparison.Ordinal),
                () => server.Cli("CLUSTER", "INFO"),
                20
            );
        }
    }
}
