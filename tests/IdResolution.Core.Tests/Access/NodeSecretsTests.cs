using System.Security.Cryptography;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class NodeSecretsTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static readonly byte[] s_owner = "setting:a"u8.ToArray();

    private readonly NodeSecrets _secrets = new(s_key);

    [Test]
    public void Encrypt_AnyBytes_DecryptGivesThemBack() =>
        Properties.ForAll(
            Properties.Bytes,
            plain =>
            {
                var first = _secrets.Encrypt(plain, s_owner);
                var second = _secrets.Encrypt(plain, s_owner);
                Assert.That(_secrets.Decrypt(first, s_owner), Is.EqualTo(plain));
                Assert.That(first, Has.Length.EqualTo(1 + 4 + 12 + plain.Length + 16));
                Assert.That(second, Is.Not.EqualTo(first), "a fresh nonce each time");
            }
        );

    [Test]
    public void Decrypt_AnyBitChanged_IsRefused()
    {
        var whole = _secrets.Encrypt("300:88/x"u8, s_owner);

        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= 1;
            Assert.That(
                () => _secrets.Decrypt(changed, s_owner),
                Throws.InstanceOf<CryptographicException>(),
                $"byte {i}"
            );
            Assert.That(
                () => _secrets.Decrypt(whole.AsSpan(0, i), s_owner),
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
            Assert.That(
                () => other.Decrypt(_secrets.Encrypt("x"u8, s_owner), s_owner),
                Throws.InstanceOf<CryptographicException>()
            );
        });
    }

    [Test]
    public void Decrypt_SecretOfAnotherOwner_IsRefused()
    {
        var ofA = _secrets.Encrypt("secret"u8, s_owner);

        Assert.That(() => _secrets.Decrypt(ofA, "setting:b"u8), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => _secrets.Decrypt(ofA, []), Throws.InstanceOf<CryptographicException>());
        // Nor does it pass for one of an earlier version, which has no owner.
        Assert.That(() => _secrets.Decrypt(ofA.AsSpan(5), s_owner), Throws.InstanceOf<CryptographicException>());
    }

    [Test]
    public void Decrypt_SecretOfAnEarlierVersion_IsRead()
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, s_key, 32, null, "idresolution secrets at rest"u8.ToArray());
        var made = new byte[12 + 6 + 16];
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(made.AsSpan(0, 12), "secret"u8, made.AsSpan(12, 6), made.AsSpan(18));

        Assert.That(_secrets.Decrypt(made, s_owner), Is.EqualTo("secret"u8.ToArray()));
        Assert.That(
            (NodeSecrets.IsBound(made), NodeSecrets.IsBound(_secrets.Encrypt([], s_owner))),
            Is.EqualTo((false, true))
        );
        // Not even where it begins as one with a header does.
        new byte[] { 1, 0, 0, 0, 1 }.CopyTo(made, 0);
        aes.Encrypt(made.AsSpan(0, 12), "secret"u8, made.AsSpan(12, 6), made.AsSpan(18));
        Assert.That(_secrets.Decrypt(made, s_owner), Is.EqualTo("secret"u8.ToArray()));
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
