using System.Text;
using IdResolution.HandleProtocol.Keys.Sm;

namespace IdResolution.HandleProtocol.Tests.Security.Sm;

[TestFixture]
public sealed class Sm3Tests
{
    /// <summary>The examples of GB/T 32905-2016 appendix A.</summary>
    [TestCase("abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    [TestCase(
        "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )]
    public void HashData_ExampleOfTheStandard_IsItsHash(string text, string hash) =>
        Assert.That(Sm3.HashData(Encoding.ASCII.GetBytes(text)), Is.EqualTo(Hex.Of(hash)));

    /// <summary>The hash of the hashes of 0 to 199 bytes 0, 1, 2, …; made with OpenSSL 3.0, <c>dgst -sm3</c>.</summary>
    [Test]
    public void HashData_EveryLength_IsTheHashOfOpenSsl()
    {
        var bytes = Enumerable.Range(0, 200).Select(i => (byte)i).ToArray();
        var hashes = Enumerable.Range(0, 200).SelectMany(length => Sm3.HashData(bytes.AsSpan(0, length))).ToArray();

        Assert.That(
            Sm3.HashData(hashes),
            Is.EqualTo(Hex.Of("29651816eb1872d3d767dbdf87ee1c31acaf8c4586df7acadb662e3a2abc3ac3"))
        );
    }

    [Test]
    public void HashData_InTwoPieces_IsTheSameWhereverTheyPart()
    {
        var bytes = Enumerable.Range(0, 200).Select(i => (byte)i).ToArray();

        Assert.That(
            Enumerable
                .Range(0, 201)
                .Select(at => Convert.ToHexString(Sm3.HashData(bytes.AsSpan(0, at), bytes.AsSpan(at)))),
            Is.All.EqualTo(Convert.ToHexString(Sm3.HashData(bytes)))
        );
    }
}
