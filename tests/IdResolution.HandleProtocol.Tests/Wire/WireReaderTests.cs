using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Wire;

[TestFixture]
public sealed class WireReaderTests
{
    [Test]
    public void Numbers_OfTheLastBytes_AreRead()
    {
        Assert.That(new WireReader([0xFE]).TryByte(out var one) ? one : 0, Is.EqualTo(0xFE));
        Assert.That(new WireReader([0xFE, 1]).TryUInt16(out var two) ? two : 0, Is.EqualTo(0xFE01));
        Assert.That(new WireReader([0x7E, 1, 2, 3]).TryInt32(out var four) ? four : 0, Is.EqualTo(0x7E010203));
        Assert.That(
            new WireReader([0x7E, 1, 2, 3, 4, 5, 6, 7]).TryInt64(out var eight) ? eight : 0,
            Is.EqualTo(0x7E01020304050607)
        );
    }

    [TestCase(1_048_576, true)]
    [TestCase(1_048_577, false)]
    public void Array_OfALength_IsReadUpToTheLimitOfTheProtocol(int length, bool isRead)
    {
        byte[] bytes = [.. Hex.Of($"{length:x8}"), .. new byte[length]];

        Assert.That(new WireReader(bytes).TryArray(out var array), Is.EqualTo(isRead));
        Assert.That(array.Length, Is.EqualTo(isRead ? length : 0));
    }

    [TestCase("00000000", 4, true)]
    [TestCase("00000002 0000000000000000", 4, true)]
    [TestCase("00000002 00000000000000", 4, false)]
    [TestCase("00000003 0000000000000000", 4, false)]
    [TestCase("ffffffff 0000000000000000", 4, false)]
    public void Count_OfItems_IsReadWhereTheyFit(string hex, int leastBytes, bool isRead) =>
        Assert.That(new WireReader(Hex.Of(hex)).TryCount(leastBytes, out _), Is.EqualTo(isRead));

    [Test]
    public void Bytes_OfANegativeLength_AreRefused() =>
        Assert.That(new WireReader(new byte[8]).TryBytes(-1, out _), Is.False);
}
