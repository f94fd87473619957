using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Server.Caching;

namespace IdResolution.Server.Tests.Caching;

[TestFixture]
public sealed class MemoryRecordCacheTests
{
    [Test]
    public void Put_Found_InAnySpanOfTheKey()
    {
        var cache = new MemoryRecordCache(1 << 20);
        var entry = Entry("1/a", 5);

        cache.Put(entry);

        Assert.That(cache.Find("1/A"u8), Is.SameAs(entry));
        Assert.That(cache.Find("1/B"u8), Is.Null);
        Assert.That(cache.Bytes, Is.EqualTo(entry.Bytes));
    }

    [Test]
    public void Put_LoadedBeforeAnInvalidation_IsNotKept()
    {
        var cache = new MemoryRecordCache(1 << 20);
        cache.Invalidate(LookupKey.Of("1/a"), 7);

        cache.Put(Entry("1/a", 6));
        Assert.That((cache.Find("1/A"u8), cache.Bytes), Is.EqualTo(((CachedRecord?)null, 0L)));
        var current = Entry("1/a", 7);
        cache.Put(current);
        Assert.That(cache.Find("1/A"u8), Is.SameAs(current));
    }

    [Test]
    public void Invalidate_DropsWhatIsOlderAndKeepsWhatIsNot()
    {
        var cache = new MemoryRecordCache(1 << 20);
        var entry = Entry("1/a", 7);
        cache.Put(entry);

        cache.Invalidate(entry.Key, 7);
        Assert.That(cache.Find("1/A"u8), Is.SameAs(entry));
        cache.Invalidate(entry.Key, 8);
        Assert.That((cache.Find("1/A"u8), cache.Bytes), Is.EqualTo(((CachedRecord?)null, 0L)));
        cache.Invalidate(entry.Key, 3);
        cache.Put(Entry("1/a", 7));
        Assert.That(cache.Find("1/A"u8), Is.Null, "A floor never sinks.");
    }

    [Test]
    public void Put_Older_NeverReplacesNewer()
    {
        var cache = new MemoryRecordCache(1 << 20);
        var (older, newer) = (Entry("1/a", 5), Entry("1/a", 6));

        cache.Put(newer);
        cache.Put(older);

        Assert.That(cache.Find("1/A"u8), Is.SameAs(newer));
        Assert.That(cache.Bytes, Is.EqualTo(newer.Bytes));
    }

    [Test]
    public void Grown_ChargesRenderingsUntilTheEntryIsDropped()
    {
        var cache = new MemoryRecordCache(1 << 20);
        var entry = Entry("1/a", 5);
        cache.Put(entry);
        entry[Projection.Public, RenderingForm.Json] = new Rendering(new byte[1000], "W/\"1\"", 1);
        cache.Grown(entry);
        Assert.That(cache.Bytes, Is.EqualTo(entry.Bytes).And.GreaterThan(1000));

        cache.Invalidate(entry.Key, 6);
        entry[Projection.Full, RenderingForm.Json] = new Rendering(new byte[1000], "W/\"1\"", 1);
        cache.Grown(entry);
        Assert.That(cache.Bytes, Is.Zero);
    }

    [Test]
    public void Put_BeyondTheBound_MakesRoomAndKeepsWhatIsUsed()
    {
        const long Max = 256 * 1024;
        var cache = new MemoryRecordCache(Max);
        var favourite = Entry("1/favourite", 1);
        cache.Put(favourite);
        for (var i = 0; i < 20_000; i++)
        {
            cache.Find(favourite.Key.Bytes);
            cache.Put(Entry("1/" + i, 1, 200));
            Assert.That(cache.Bytes, Is.LessThanOrEqualTo(Max));
        }

        Assert.That(cache.Find(favourite.Key.Bytes), Is.SameAs(favourite));
        Assert.That(cache.Bytes, Is.GreaterThan(Max / 2));
    }

    [Test]
    public void Put_TheSameKeysOverAndOver_KeepsItsBooks()
    {
        var cache = new MemoryRecordCache(1 << 20);
        for (var i = 1; i < 50_000; i++)
        {
            cache.Put(Entry("1/" + (i % 7), i));
            cache.Invalidate(LookupKey.Of("1/" + (i * 3 % 7)), i);
        }

        Assert.That(
            cache.Bytes,
            Is.EqualTo(Enumerable.Range(0, 7).Sum(i => cache.Find(LookupKey.Of("1/" + i).Bytes)?.Bytes ?? 0))
        );
    }

    [Test]
    public async Task Concurrency_KeepsItsBooksAndNeverShowsWhatWasInvalidatedBefore()
    {
        const long Max = 64 * 1024;
        const int Keys = 200;
        var cache = new MemoryRecordCache(Max);
        var keys = Enumerable.Range(0, Keys).Select(i => LookupKey.Of("1/" + i)).ToArray();
        var committed = new long[Keys];
        var sequence = 0L;
        var wrong = 0;
        var rounds = Environment.GetEnvironmentVariable("IDR_TEST_LONG") == "1" ? 3_000_000 : 60_000;

        void Run(int seed)
        {
            var random = new Random(seed);
            for (var round = 0; round < rounds; round++)
            {
                var i = random.Next(Keys);
                switch (random.Next(4))
                {
                    case 0:
                        var written = Interlocked.Increment(ref sequence);
                        cache.Invalidate(keys[i], written);
                        long seen;
                        while (
                            (seen = Volatile.Read(ref committed[i])) < written
                            && Interlocked.CompareExchange(ref committed[i], written, seen) != seen
                        ) { }
                        break;
                    case 1:
                        var entry = Entry("1/" + i, Volatile.Read(ref sequence), random.Next(400));
                        if (random.Next(8) == 0)
                        {
                            Thread.Yield();
                        }
                        cache.Put(entry);
                        entry[Projection.Public, RenderingForm.Json] = new Rendering(
                            new byte[random.Next(300)],
                            "W/\"1\"",
                            1
                        );
                        cache.Grown(entry);
                        break;
                    default:
                        var acknowledged = Volatile.Read(ref committed[i]);
                        if (cache.Find(keys[i].Bytes) is { } found && found.Head < acknowledged)
                        {
                            Interlocked.Increment(ref wrong);
                        }
                        break;
                }
            }
        }
        await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => Task.Run(() => Run(seed))));
        cache.Put(Entry("1/last", long.MaxValue));

        var held = keys.Append(LookupKey.Of("1/last")).Sum(k => cache.Find(k.Bytes)?.Bytes ?? 0);
        Assert.Multiple(() =>
        {
            Assert.That(wrong, Is.Zero);
            Assert.That(cache.Bytes, Is.EqualTo(held));
            Assert.That(cache.Bytes, Is.LessThanOrEqualTo(Max));
        });
    }

    private static CachedRecord Entry(string identifier, long head, int stateLength = 20)
    {
        var key = LookupKey.Of(identifier);
        return new CachedRecord(
            key,
            new StoredRecord
            {
                Object = 1,
                Key = key,
                Version = 1,
                Sequence = head,
                Status = RecordStatus.Active,
                Digest = [],
                CreatedAt = 0,
                UpdatedAt = 0,
                State = new byte[stateLength],
            },
            head,
            0,
            null
        );
    }
}
