using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Caching;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>
/// A Redis that lies within its protocol. The node goes on from its store, soon, and never answers with a lie that can
/// be noticed.
/// </summary>
[TestFixture]
public sealed class LyingRedisTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    [TestCase("-ERR no\r\n", false)]
    [TestCase("-ERR no\r\n", true)]
    [TestCase("", false)]
    [TestCase("", true)]
    [TestCase("$2147483647\r\nabc", true)]
    [TestCase("*2147483647\r\n", true)]
    [TestCase("*-1\r\n", true)]
    [TestCase("$-1\r\n", true)]
    [TestCase("*0\r\n", true)]
    [TestCase("*1\r\n:7\r\n", true)]
    [TestCase(":-9223372036854775808\r\n", true)]
    [TestCase("+OK\r\n", true)]
    [TestCase("$-5\r\n", true)]
    [TestCase("*3\r\n*3\r\n:1\r\n:2\r\n:3\r\n$-1\r\n+x\r\n", true)]
    public async Task Answers_OfAnotherForm_DoNotKeepTheNodeFromItsStore(string answer, bool afterTheHandshake)
    {
        using var redis = new LyingRedis();
        redis.Lie = name => afterTheHandshake && LyingRedis.IsHandshake(name) ? null : Encoding.Latin1.GetBytes(answer);
        await using var node = await RedisFixture.StartNodeAsync(redis.Configuration);
        var id = await node.RegisterAsync();
        for (var i = 0; i < 20; i++)
        {
            await AssertResolvedSoonAsync(node, id);
        }
        Assert.That(node.Node.SharedCache.IsDegraded, Is.True);
    }

    [TestCase("$2147483647\r\nabc")]
    [TestCase("*2147483647\r\n")]
    [Category(Lane.Process)]
    public async Task Lengths_OverTls_EndTheConnection_NotTheNode(string answer)
    {
        using var authority = new PlantAuthority();
        using var certificate = X509Certificate2.CreateFromPemFile(authority.CertificateFile, authority.KeyFile);
        using var redis = new LyingRedis(certificate);
        using var node = await authority.StartNodeAsync($"{redis.Configuration},ssl=true,sslHost=localhost");
        await RedisFixture.UntilAsync(
            () => node.Errors.Contains("Redis is used", StringComparison.Ordinal),
            () => node.Errors
        );

        redis.Lie = name => LyingRedis.IsHandshake(name) ? null : Encoding.Latin1.GetBytes(answer);

        await RedisFixture.UntilAsync(
            () => redis.Lies >= 5 && node.Errors.Contains("Redis is not used for now", StringComparison.Ordinal),
            () => node.Errors
        );
        using var registered = await node.RegisterAsync("A1");
        Assert.That(registered.IsSuccessStatusCode);
    }

    [TestCase("fewer")]
    [TestCase("none")]
    [TestCase("nil")]
    [TestCase("more")]
    [TestCase("numbers")]
    [TestCase("silence")]
    public async Task Reads_AnsweredByAnotherNumberOfValues_EndAtOnce(string lie)
    {
        using var redis = new LyingRedis();
        await using var node = await RedisFixture.StartNodeAsync(redis.Configuration);
        var id = await node.RegisterAsync();
        await RedisFixture.UsedAsync(node);
        await node.GetAsync($"/api/v1/identifiers/{id}");
        redis.Lie = name =>
            name != "MGET"
                ? null
                : lie switch
                {
                    "none" => "*0\r\n"u8.ToArray(),
                    "nil" => "*-1\r\n"u8.ToArray(),
                    "more" => "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"u8.ToArray(),
                    "numbers" => "*1\r\n:7\r\n"u8.ToArray(),
                    "silence" => [],
                    _ => null,
                };
        if (lie == "fewer")
        {
            redis.Read = static values => [.. values.Skip(1)];
        }
        for (var i = 0; i < 20; i++)
        {
            await AssertResolvedSoonAsync(node, id);
        }
    }

    [TestCase("a bit altered")]
    [TestCase("of another record")]
    [TestCase("cut short")]
    [TestCase("grown")]
    [TestCase("random")]
    [TestCase("empty")]
    public async Task Entries_ThatAreNotThoseOfTheRecord_AreNotBelieved(string lie)
    {
        using var redis = new LyingRedis();
        await using var node = await RedisFixture.StartNodeAsync(redis.Configuration);
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await node.RegisterAsync($$""" "attributes":{"name":"thing {{i}}"} """));
        }
        await RedisFixture.UsedAsync(node);
        byte[]? other = null;
        redis.Read = values =>
        {
            other ??= values.FirstOrDefault(static v => v?.Length > 20);
            return values;
        };
        await RedisFixture.UntilAsync(
            () =>
            {
                foreach (var id in ids)
                {
                    node.GetAsync($"/api/v1/identifiers/{id}").GetAwaiter().GetResult();
                }
                return redis.Records >= ids.Count && other is not null;
            },
            static () => "Nothing is kept in Redis."
        );
        var told = 0;
        redis.Read = values =>
        {
            told++;
            return [.. values.Select(value => Altered(lie, value, other!))];
        };

        // On a busy machine the node does not believe Redis all the time.
        for (var i = 0; i < 50 || (told == 0 && i < 20_000); i++)
        {
            var at = i % ids.Count;
            var answer = await node.GetAsync($"/api/v1/identifiers/{ids[at]}");
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Json.GetProperty("identifier").GetString(), Is.EqualTo(ids[at]));
            Assert.That(answer.Text, Does.Contain($"thing {at}"));
        }
        Assert.That(told, Is.GreaterThan(0));
    }

    private static byte[]? Altered(string lie, byte[]? value, byte[] other)
    {
        switch (lie)
        {
            case "a bit altered" when value is { Length: > 20 }:
                var altered = value.ToArray();
                altered[Random.Shared.Next(altered.Length)] ^= 1;
                return altered;
            case "of another record":
                return value is not null && value.AsSpan().SequenceEqual(other) ? value : other;
            case "cut short" when value is { Length: > 20 }:
                return value[..Random.Shared.Next(value.Length)];
            case "grown" when value is not null:
                return [.. value, 0];
            case "random":
                var random = new byte[200];
                Random.Shared.NextBytes(random);
                return random;
            case "empty":
                return [];
            default:
                return value;
        }
    }

    private static async Task AssertResolvedSoonAsync(TestNode node, string id)
    {
        var watch = Stopwatch.StartNew();
        var answer = await node.GetAsync($"/api/v1/identifiers/{id}", Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(watch.Elapsed, Is.LessThan(s_soon));
    }
}
