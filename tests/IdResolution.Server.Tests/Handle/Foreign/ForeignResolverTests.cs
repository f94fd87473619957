using System.Net;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Server.Foreign;
using IdResolution.Server.Options;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Handle.Foreign;

/// <summary>Limits of foreign resolution that need a clock of their own.</summary>
[TestFixture]
public sealed class ForeignResolverTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Anonymous_BeyondTheRate_IsToldToComeBackAndKeysAreNot()
    {
        var time = new ManualTime(s_start);
        // Nobody listens at the root, which is known at once on loopback.
        using var resolver = new ForeignResolver(new ForeignOptions { Roots = ["127.0.0.1:1"] }, time);
        async Task<Error> AskAsync(int number, Caller caller) =>
            (
                await resolver.ResolveAsync(Identifier.Parse($"99.{number}/x").Value, caller, CancellationToken.None)
            ).Error!;

        static Caller From(int network) =>
            Caller.Anonymous with
            {
                Source = NetworkSource.Of(new IPAddress([192, 0, 2, (byte)network])),
            };

        var greedy = 0;
        while ((await AskAsync(2_000 + greedy, From(200))).Code == ErrorCode.Unavailable)
        {
            greedy++;
        }
        Assert.That(greedy, Is.EqualTo(ForeignResolver.AnonymousWalksPerSecond / 2), "one network");
        for (var i = 0; i < ForeignResolver.AnonymousWalksPerSecond - greedy; i++)
        {
            Assert.That((await AskAsync(i, From(i))).Code, Is.EqualTo(ErrorCode.Unavailable), $"{i}");
        }
        var refused = await AskAsync(1_000, From(100));

        Assert.That((refused.Code, refused.RetryAfter > TimeSpan.Zero), Is.EqualTo((ErrorCode.TooMany, true)));
        Assert.That((await AskAsync(1_000, Caller.CommandLine)).Code, Is.EqualTo(ErrorCode.Unavailable));
        Assert.That(
            (await AskAsync(1_000, Caller.Anonymous)).Code,
            Is.EqualTo(ErrorCode.Unavailable),
            "what is remembered costs nothing"
        );
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await AskAsync(1_001, From(101))).Code, Is.EqualTo(ErrorCode.Unavailable));
    }

    [Test]
    public void Cache_KeepsUntilTheTimeSaidAndNoMoreThanItMay()
    {
        var time = new ManualTime(s_start);
        var cache = new ForeignCache(2, time);
        foreach (var name in new[] { "a", "b", "c" })
        {
            cache.Keep(Key(name), Found(name), s_start + TimeSpan.FromSeconds(10));
        }
        Assert.That(
            new[] { "a", "b", "c" }.Select(name => cache.Find(Key(name)) is not null),
            Is.EqualTo([false, true, true])
        );

        cache.Keep(Key("c"), Found("c"), s_start + TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(new[] { "b", "c" }.Select(name => cache.Find(Key(name)) is not null), Is.EqualTo([false, true]));

        cache.Keep(Key("d"), Found("d"), time.GetUtcNow());
        Assert.That(cache.Find(Key("d")), Is.Null);
    }

    [Test]
    public void Cache_OfManyBytes_ForgetsTheOldest()
    {
        var cache = new ForeignCache(1_000, new ManualTime(s_start));
        for (var i = 0; i < 100; i++)
        {
            cache.Keep(Key($"{i}"), Found($"{i}", 1 << 20), s_start + TimeSpan.FromSeconds(10));
        }

        Assert.That(Enumerable.Range(0, 100).Count(i => cache.Find(Key($"{i}")) is not null), Is.EqualTo(63));
        Assert.That(cache.Find(Key("99")), Is.Not.Null);
    }

    private static LookupKey Key(string suffix) => LookupKey.Of($"99.1/{suffix}");

    private static Result<ForeignRecord> Found(string suffix, int bytes = 1) =>
        new ForeignRecord(
            $"99.1/{suffix}",
            [
                new RawValue
                {
                    Index = 1,
                    Type = "URL",
                    Data = new byte[bytes],
                },
            ],
            s_start,
            s_start
        );
}
