using System.Text;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Security.Sm;

[TestFixture]
public sealed class Sm4Tests
{
    private static readonly byte[] Key = Hex.Of("0123456789abcdeffedcba9876543210");

    /// <summary>
    /// Example 1 of GB/T 32907-2016 appendix A: CBC of one block and an IV of zeros is the cipher itself.
    /// </summary>
    [Test]
    public void EncryptCbc_ExampleOfTheStandard_IsItsBlock()
    {
        var encrypted = Sm4.EncryptCbc(Key, new byte[16], Key);

        Assert.That(encrypted[..16], Is.EqualTo(Hex.Of("681edf34d206965e86b3e94f536e4246")));
        Assert.That(
            Sm4.DecryptCbc(Key, new byte[16], encrypted),
            Is.EqualTo((byte[])[.. Key, .. Enumerable.Repeat((byte)16, 16)])
        );
    }

    /// <summary>
    /// Example 2 of GB/T 32907-2016 appendix A, a million times: CBC of zeros encrypts each time what came out the time
    /// before.
    /// </summary>
    [Test]
    public void EncryptCbc_MillionTimes_IsTheBlockOfTheStandard()
    {
        var clear = new byte[16 * 1_000_000];
        Key.CopyTo(clear, 0);

        var encrypted = Sm4.EncryptCbc(Key, new byte[16], clear);

        Assert.That(encrypted[^32..^16], Is.EqualTo(Hex.Of("595298c7c6fd271f0402f804c33d3f66")));
    }

    /// <summary>Made with <c>openssl enc -sm4-cbc</c>, the key as IV.</summary>
    [Test]
    public void TryDecrypt_SessionTextOfOpenSsl_IsRead()
    {
        var encrypted = Hex.Of("ec4d63a8ebfeb83754acd550b81d6ba37070d5cfa1ee512ac939ba5697a7a43b");
        Assert.That(SessionKey.TryCreate(SessionKeyAlgorithm.Sm4, Key, out var key), Is.True);

        Assert.That(SessionCipher.TryDecrypt(key!, ProtocolVersion.Current, encrypted, out var clear), Is.True);
        Assert.That(Encoding.ASCII.GetString(clear!), Is.EqualTo("header, body and credential"));
        Assert.That(SessionCipher.Encrypt(key!, ProtocolVersion.Current, clear), Is.EqualTo(encrypted));
    }
}
