using System.Buffers.Binary;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Tests.ChangeLog;

[TestFixture]
public sealed class LogBodyTests
{
    private static readonly Gen<(LogBody Body, byte[] Commitments)> s_bodies =
        from kind in Gen.Choose(0, 255)
        from operation in Gen.Choose(0, 255)
        from number in Gen.Choose(0, int.MaxValue)
        from version in Gen.Choose(1, int.MaxValue)
        from time in Gen.Choose(int.MinValue, int.MaxValue)
        from count in Gen.Choose(0, 80)
        select (
            new LogBody((LogKind)kind, (LogOperation)operation, number * 7L, version, time * 1_000_000L, number),
            RandomNumberGenerator.GetBytes(count * 32)
        );

    [Test]
    public void Decode_WhatWasEncoded_IsTheSame() =>
        Properties.ForAll(
            s_bodies,
            given =>
            {
                var encoded = given.Body.Encode(given.Commitments);

                Assert.That(LogBody.TryDecode(encoded, out var decoded, out var commitments), Is.True);
                Assert.That(decoded, Is.EqualTo(given.Body));
                Assert.That(commitments.ToArray(), Is.EqualTo(given.Commitments));
                Assert.That(encoded, Has.Length.EqualTo(LogBody.HeaderLength + given.Commitments.Length));
            }
        );

    [Test]
    public void Decode_EveryPrefixAndAnyTail_IsRefused()
    {
        var encoded = new LogBody(LogKind.Record, LogOperation.Create, 1, 1, 1, 1).Encode(new byte[96]);

        for (var length = 0; length < encoded.Length; length++)
        {
            Assert.That(LogBody.TryDecode(encoded.AsSpan(0, length), out _, out _), Is.False, $"{length} bytes");
        }
        Assert.That(LogBody.TryDecode([.. encoded, 0], out _, out _), Is.False);
    }

    [Test]
    public void Decode_OtherFormatOrCount_IsRefused()
    {
        var encoded = new LogBody(LogKind.Record, LogOperation.Create, 1, 1, 1, 1).Encode([]);
        var other = encoded.ToArray();
        other[0] = 3;
        Assert.That(LogBody.TryDecode(other, out _, out _), Is.False);
        BinaryPrimitives.WriteUInt32BigEndian(encoded.AsSpan(35), uint.MaxValue);
        Assert.That(LogBody.TryDecode(encoded, out _, out _), Is.False);
    }

    [Test]
    public void Decode_RandomBytes_NeverThrows() =>
        Properties.ForAll(
            Gen.OneOf(Properties.Bytes, Properties.Bytes.Select(b => (byte[])[2, .. b])),
            bytes => LogBody.TryDecode(bytes, out _, out _) || true
        );

    [TestCase(39)]
    [TestCase(2046)]
    [TestCase(2047)]
    [TestCase(2048)]
    [TestCase(70_000)]
    public void Leaf_AnyLength_IsTheHashBehindAZeroByte(int length)
    {
        var body = RandomNumberGenerator.GetBytes(length);

        Assert.That(LogBody.Leaf(body), Is.EqualTo(SHA256.HashData([0, .. body])));
    }
}
