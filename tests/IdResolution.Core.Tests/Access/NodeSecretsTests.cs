using System.Security.Cryptography;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class NodeSecretsTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly NodeSecrets _secrets = new(s_key);

    [Test]
    public void Encrypt_AnyBytes_DecryptGivesThemBack() =>
        Properties.ForAll(
            Properties.Bytes,
            plain =>
            {
                var first = _secrets.Encrypt(plain);
                var second = _secrets.Encrypt(plain);
                Assert.That(_secrets.Decrypt(first), Is.EqualTo(plain));
                Assert.That(first, Has.Length.EqualTo(12 + plain.Length + 16));
                Assert.That(second, Is.Not.EqualTo(first), "a fresh nonce each time");
            }
        );

    [Test]
    public void Decrypt_AnyBitChanged_IsRefused()
    {
        var whole = _secrets.Encrypt("300:88/x"u8);

        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= 1;
            Assert.That(() => _secrets.Decrypt(changed), Throws.InstanceOf<CryptographicException>(), $"byte {i}");
            Assert.That(
                () => _secrets.Decrypt(whole.AsSpan(0, i)),
                Throws.InstanceOf<CryptographicException>(),
                $"{i} bytes"
            );
        }
    }

    [Test]
    public void OtherKey_SharesNothing()
    {
        var other = new NodeSecrets([.. s_key.Select(b => (byte)(b + 1))]);

        Assert.Multiple(() =>
        {
            Assert.That(other.Fingerprint, Is.Not.EqualTo(_secrets.Fingerprint));
            Assert.That(other.Digest("x"u8), Is.Not.EqualTo(_secrets.Digest("x"u8)));
            Assert.That(() => other.Decrypt(_secrets.Encrypt("x"u8)), Throws.InstanceOf<CryptographicException>());
        });
    }

    // Nodes on one store and later versions must derive the same keys from the same file.
    [Test]
    public void Derivation_IsHkdfWithItsPurposes() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                _secrets.Digest("x"u8),
                Is.EqualTo(
                    HMACSHA256.HashData(
                        HKDF.DeriveKey(
                            HashAlgorithmName.SHA256,
                            s_key,
                            32,
                            null,
                            "idresolution registration digest"u8.ToArray()
                        ),
                        "x"u8
                    )
                )
            );
            Assert.That(
                _secrets.Fingerprint,
                Is.EqualTo(
                    Convert.ToHexStringLower(
                        HKDF.DeriveKey(
                            HashAlgorithmName.SHA256,
                            s_key,
                            32,
                            null,
                            "idresolution key fingerprint"u8.ToArray()
                        )
                    )
                )
            );
            Assert.That(new NodeSecrets(s_key).Fingerprint, Is.EqualTo(_secrets.Fingerprint));
        });

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void Constructor_KeyOfOtherLength_IsRefused(int length) =>
        Assert.That(() => new NodeSecrets(new byte[length]), Throws.ArgumentException);
}
