using System.Buffers.Binary;
using IdResolution.Storage.Maintenance.Examining;

namespace IdResolution.Storage.Tests.Embedded;

public sealed class SipHashTests
{
    /// <summary>
    /// The first vectors of its authors for 128 bits: key 00 to 0f, input 00, 01, … of so many bytes.
    /// </summary>
    [TestCase(0, "A3817F04BA25A8E66DF67214C7550293")]
    [TestCase(1, "DA87C1D86B99AF44347659119B22FC45")]
    public void Of_VectorsOfItsAuthors_GivesTheHash(int length, string expected)
    {
        byte[] key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        var hash = new byte[16];

        BinaryPrimitives.WriteUInt128LittleEndian(hash, SipHash.Of(key, key.AsSpan(0, length)));

        Assert.That(Convert.ToHexString(hash), Is.EqualTo(expected));
    }
}
