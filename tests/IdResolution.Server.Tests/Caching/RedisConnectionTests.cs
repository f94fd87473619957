using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdResolution.Server.Caching;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Faults;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Caching;

/// <summary>How a node gets to its Redis: password, TLS, cluster, or not at all.</summary>
[TestFixture]
public sealed class RedisConnectionTests
{
    private const string Password = "correct-horse";

    [TestCase(Password, true)]
    [TestCase("wrong-horse", false)]
    public async Task Password_DecidesWhetherRedisIsUsed(string given, bool isRight)
    {
        using var redis = await RedisServer.StartWithPasswordAsync(Password);
        await using var node = await RedisFixture.StartNodeAsync($"{redis.Configuration},password={given},connectTimeout=500");

        await AssertUsedAsync(node, isRight);

        Assert.That(node.Log.Texts, Has.None.Contains(given));
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
            await RedisFixture.UntilAsync(() => node.Log.Texts.Any(t => t.Contains("SharedCacheUsed", StringComparison.Ordinal)), () => "not logged");
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
        var first = node.Node.Redis!.Connection;

        redis.Freeze();

        await RedisFixture.UntilAsync(() => node.Node.Redis!.Connection != first, () => "the connection is kept");
        await AssertUsedAsync(node, false);
        redis.Thaw();
        await RedisFixture.UsedAsync(node);
    }

    [Test]
    public async Task Tls_CertificateNotTrusted_IsRefused_Trusted_IsUsed()
    {
        using var directory = new TemporaryDirectory();
        var (certificate, key) = WriteCertificate(directory);
        using var redis = await RedisServer.StartWithTlsAsync(certificate, key);
        var configuration = $"127.0.0.1:{redis.TlsPort},ssl=true,sslHost=localhost,connectTimeout=500";

        await using (var node = await RedisFixture.StartNodeAsync(configuration))
        {
            await AssertUsedAsync(node, false);
        }
        Assert.That(redis.Cli("DBSIZE"), Is.EqualTo("0"));

        // The system's trust is read once by each process: a node of its own, told to trust it.
        using var trusting = await NodeProcess.StartAsync(directory.File("data"), null, "env", $"SSL_CERT_FILE={certificate}", $"IDR__Redis__Configuration={configuration}");
        await RedisFixture.UntilAsync(() => trusting.Errors.Contains("Redis is used", StringComparison.Ordinal), () => trusting.Errors);
        Assert.That(int.Parse(redis.Cli("DBSIZE")), Is.GreaterThanOrEqualTo(RedisPartition.Count));
    }

    [Test]
    public async Task Cluster_RecordsSpread_AreFoundAndInvalidated()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => RedisServer.StartAsync("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port", $"{RedisServer.FreePort()}")));
        try
        {
            await JoinAsync(servers);
            await using var node = await RedisFixture.StartNodeAsync(string.Join(',', servers.Select(s => s.Configuration)));
            await using var other = await RedisFixture.StartNodeAsync(servers[2].Configuration, node.Node.Directory.Path);
            await RedisFixture.UsedAsync(node);
            await RedisFixture.UsedAsync(other);

            await new CoherenceRun(node, other).RunAsync(TimeSpan.FromSeconds(1.5));

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
        var options = new NodeOptions { Redis = new NodeOptions.RedisOptions { Configuration = configuration } };

        var errors = options.Validate();

        Assert.That(errors, Has.One.StartsWith("Redis:Configuration: must be"));
        Assert.That(errors, Has.None.Contains("geheim"));
    }

    [Test]
    public void Settings_OutOfRange_AreNamed()
    {
        var options = new NodeOptions { Redis = new NodeOptions.RedisOptions { Namespace = "a{b", TimeoutMilliseconds = 1, EntrySeconds = 1 } };

        Assert.That(options.Validate().Select(e => e.Split(": ")[0]), Is.EqualTo(["Redis:Namespace", "Redis:TimeoutMilliseconds", "Redis:EntrySeconds"]));
    }

    private static async Task AssertUsedAsync(TestNode node, bool isUsed)
    {
        if (isUsed)
        {
            await RedisFixture.UsedAsync(node);
        }
        else
        {
            await RedisFixture.UntilAsync(() => node.Node.SharedCache.Reason is { } reason && (reason.Contains("no connection", StringComparison.Ordinal) || reason.Contains("does not answer", StringComparison.Ordinal)), () => $"{node.Node.SharedCache}");
            await Task.Delay(1_000);
            Assert.That(node.Node.SharedCache.IsDegraded, Is.True);
        }
        var id = await node.RegisterAsync();
        Assert.That((await node.ResolveAsync(id)).Record!.Version, Is.EqualTo(1));
        node.Log.AssertQuiet();
    }

    private static async Task JoinAsync(RedisServer[] servers)
    {
        const int Slots = 16_384;
        for (var i = 0; i < servers.Length; i++)
        {
            servers[i].Cli("CLUSTER", "ADDSLOTSRANGE", $"{Slots * i / servers.Length}", $"{(Slots * (i + 1) / servers.Length) - 1}");
            var bus = servers[i].Cli("CONFIG", "GET", "cluster-port").Split('\n')[^1].Trim();
            servers[0].Cli("CLUSTER", "MEET", "127.0.0.1", $"{servers[i].Port}", bus);
        }
        foreach (var server in servers)
        {
            await RedisFixture.UntilAsync(() => server.Cli("CLUSTER", "INFO").Contains("cluster_state:ok", StringComparison.Ordinal), () => server.Cli("CLUSTER", "INFO"), 20);
        }
    }

    private static (string Certificate, string Key) WriteCertificate(TemporaryDirectory directory)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (certificateFile, keyFile) = (directory.File("redis.crt"), directory.File("redis.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
