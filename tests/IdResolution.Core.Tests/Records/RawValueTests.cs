using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Records;

namespace IdResolution.Core.Tests.Records;

[TestFixture]
public sealed class RawValueTests
{
    private static readonly Gen<RawValue> s_values =
        from type in Gen.Elements("URL", "HS_ADMIN", "厚度", "")
        from data in Properties.Bytes
        from ttl in Gen.Choose(int.MinValue, int.MaxValue)
        from bits in Gen.Choose(0, 255)
        from references in Gen.Choose(0, int.MaxValue).Select(i => new Reference("88.300.1/参考", i)).ListOf()
        select new RawValue
        {
            Index = 3,
            Type = type,
            Data = data,
            Ttl = ttl,
            TtlType = (byte)(bits & 1),
            Permissions = (Permissions)bits,
            References = [.. references],
        };

    [Test]
    public void Decode_WhatWasEncoded_IsTheSame() =>
        Properties.ForAll(
            s_values,
            value =>
            {
                Assert.That(RawValue.TryDecode(3, value.Encode(), out var decoded), Is.True);
                Assert.That(
                    decoded! with
                    {
                        Data = [],
                        References = [],
                    },
                    Is.EqualTo(value with { Data = [], References = [] })
                );
                Assert.That(decoded!.Data, Is.EqualTo(value.Data));
                Assert.That(decoded.References, Is.EqualTo(value.References));
                Assert.That(value.MessageLength(), Is.EqualTo(value.Encode().Length + 8));
            }
        );

    [Test]
    public void Decode_EveryPrefixAndAnyTail_IsRefused()
    {
        var encoded = new RawValue
        {
            Index = 1,
            Type = "URL",
            Data = Encoding.UTF8.GetBytes("https://example.com"),
            References = [new Reference("88/x", 1), new Reference("88/y", 2)],
        }.Encode();

        for (var length = 0; length < encoded.Length; length++)
        {
            Assert.That(RawValue.TryDecode(1, encoded.AsSpan(0, length), out _), Is.False, $"{length} bytes");
        }
        Assert.That(RawValue.TryDecode(1, [.. encoded, 0], out _), Is.False);
    }

    [Test]
    public void Decode_RandomBytes_AcceptsOnlyWhatEncodesToThem()
    {
        var random = Gen.OneOf(
            Properties.Bytes,
            from value in s_values
            from at in Gen.Choose(0, 60)
            from b in Gen.Choose(0, 255)
            select Changed(value.Encode(), at, (byte)b)
        );
        Properties.ForAll(
            random,
            bytes => !RawValue.TryDecode(1, bytes, out var value) || value.Encode().AsSpan().SequenceEqual(bytes)
        );
    }

    [Test]
    public void Decode_HugeCount_IsRefusedWithoutReservingIt()
    {
        var encoded = new RawValue
        {
            Index = 1,
            Type = "T",
            Data = [],
        }.Encode();
        encoded[^4] = 0x7F;

        Assert.That(RawValue.TryDecode(1, encoded, out _), Is.False);
    }

    [TestCase("HS_SECKEY", true)]
    [TestCase("hs_seckey", true)]
    [TestCase("HS_PUBKEY", false)]
    [TestCase("HS_SECKEY.1", false)]
    public void IsSecret_Table(string type, bool secret) =>
        Assert.That(
            new RawValue
            {
                Index = 1,
                Type = type,
                Data = [],
            }.IsSecret,
            Is.EqualTo(secret)
        );

    private static byte[] Changed(byte[] bytes, int at, byte b)
    {
        bytes[Math.Min(at, bytes.Length - 1)] = b;
        return bytes;
    }
}
