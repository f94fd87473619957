using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Server.Caching;

namespace IdResolution.Server.Tests.Caching;

[TestFixture]
public sealed class RedisEntryTests
{
    private static readonly LookupKey Key = LookupKey.Of("88.300.1/A-1");

    [TestCase(RecordStatus.Active)]
    [TestCase(RecordStatus.Revoked)]
    public void Record_Encoded_ComesBack(RecordStatus status)
    {
        var record = Sample(status);

        Assert.That(
            RedisEntry.TryDecode(Key, RedisEntry.Encode(Key, new RecordLookup(record, 42)), out var found, out _),
            Is.True
        );

        Assert.That(found.Head, Is.EqualTo(42));
        Assert.That(found.Record!.State, Is.EqualTo(record.State));
        Assert.That(found.Record.Digest, Is.EqualTo(record.Digest));
        Assert.That(found.Record with { State = record.State, Digest = record.Digest }, Is.EqualTo(record));
    }

    [Test]
    public void Absence_Encoded_ComesBack()
    {
        Assert.That(
            RedisEntry.TryDecode(Key, RedisEntry.Encode(Key, new RecordLookup(null, 42)), out var found, out _),
            Is.True
        );
        Assert.That(found, Is.EqualTo(new RecordLookup(null, 42)));
    }

    [Test]
    public void Marker_IsNothingToServe_AndNotForeign()
    {
        Assert.That(RedisEntry.TryDecode(Key, RedisEntry.EncodeMarker(42), out _, out var isForeign), Is.False);
        Assert.That(isForeign, Is.False);
    }

    [Test]
    public void Entry_UnderAnotherKey_IsForeign()
    {
        Assert.That(
            RedisEntry.TryDecode(
                LookupKey.Of("88.300.1/A-2"),
                RedisEntry.Encode(Key, new RecordLookup(Sample(), 42)),
                out _,
                out var isForeign
            ),
            Is.False
        );
        Assert.That(isForeign, Is.True);
    }

    [Test]
    public void EveryPrefix_OfAnEntry_IsForeign()
    {
        var whole = RedisEntry.Encode(Key, new RecordLookup(Sample(), 42));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.That(
                RedisEntry.TryDecode(Key, whole.AsSpan(0, length), out _, out var isForeign),
                Is.False,
                $"{length}"
            );
            Assert.That(isForeign, Is.True, $"{length}");
        }
    }

    [Test]
    public void EveryChangedBit_OfAnEntry_IsForeign()
    {
        var whole = RedisEntry.Encode(Key, new RecordLookup(Sample(), 42));
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var changed = (byte[])whole.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(RedisEntry.TryDecode(Key, changed, out _, out _), Is.False, $"{bit}");
        }
    }

    [Test]
    public void AnyBytes_AreNoRecord() =>
        Prop.ForAll(
                ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(),
                static bytes => !RedisEntry.TryDecode(Key, bytes, out _, out _)
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Test]
    public void AnyBytes_AreACursorOnlyWhereTheyAreOne() =>
        Prop.ForAll(
                ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(),
                static bytes =>
                    RedisCursor.TryDecode(bytes) is not { } cursor || cursor.Encode().AsSpan().SequenceEqual(bytes)
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private static StoredRecord Sample(RecordStatus status = RecordStatus.Active) =>
        new()
        {
            Object = 7,
            Key = Key,
            Version = 3,
            Sequence = 41,
            Status = status,
            Digest = [.. Enumerable.Range(0, 32).Select(i => (byte)i)],
            CreatedAt = 1_772_352_000_000_000,
            UpdatedAt = 1_772_352_000_000_001,
            State = [.. Enumerable.Range(0, 203).Select(i => (byte)(i * 7))],
        };
}
