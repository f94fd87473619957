using System.Text;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Tests.Security;

/// <summary>
/// JWS with DSA and SHA-1 (<c>DS160</c>). Digest and signatures were made by other programs: a script in Python, OpenSSL
/// 3.0 (<c>openssl dgst -sha1 -sign</c>) and Java 17 (<c>SHA1withDSA</c>).
/// </summary>
[TestFixture]
public sealed class Ds160Tests
{
    private const string Handle = "88.300.1/A";
    private const string Header = "eyJhbGciOiJEUzE2MCJ9";

    /// <summary>q of 224 bits: <c>openssl dsaparam 1024</c>, <c>openssl gendsa</c>.</summary>
    private const string OpenSslPem = """
        -----BEGIN PUBLIC KEY-----
        MIIBvjCCATMGByqGSM44BAEwggEmAoGBAKQF4iRrm2x/559AoT7M3yBKS3Hcbe+3
        dRnRWglZwuEjogu6VKH8lTIlURUx7QIbmFsleen3c98DfAHGdAkbZ+0yphBEiWQx
        XcUd2X58CUTw1BL1ZIC5o7DOl4kDIzkqOUHv4X+hcovzU4AveWJNBxbgQRsNrQr4
        L7JJi63M5OUZAh0A53x+iS+D2e+G3kLEz/v5QNykDNIgA1Rtyr/f7QKBgHgL6lnp
        iX1dzFxBu2nDxq6mygoTFo+ViH6PPI97EASf4trzjPx6oOwD/1RElOv9hOYBXMDX
        /P+SePHa6LwkG5kdLTYu1ZBxYnEflMR6yhGHGZvfyEOKuqbbKwb7ltKPYUlczrA/
        HFWWbm2vjxX4vZhIp85Kk1vHXXYCtm9Z5PCtA4GEAAKBgGzWZVobaXB4Io4nZfVO
        zSnq7hq1FHB8Q1gdrAggthJS2rpJVMiuFXu7kX0/Lw2AoHBjepcIuxAFqgox4AQD
        d+lBC4is71wnizLXAdVRi0xOrNAJ3W6ICEbOoYvLl2IfJW6yp1cL+X1WMW0/7/jx
        F8tGkI2NFFLqcTl3qxCn6yHi
        -----END PUBLIC KEY-----
        """;

    /// <summary>q of 160 bits: <c>KeyPairGenerator</c> of Java for DSA with 1024 bits.</summary>
    private const string JavaPem = """
        -----BEGIN PUBLIC KEY-----
        MIIBtzCCASwGByqGSM44BAEwggEfAoGBAP1/U4EddRIpUt9KnC7s5Of2EbdSPO9E
        AMMeP4C2USZpRV1AIlH7WT2NWPq/xfW6MPbLm1Vs14E7gB00b/JmYLdrmVClpJ+f
        6AR7ECLCT7up1/63xhv4O1fnxqimFQ8E+4P208UewwI1VBNaFpEy9nXzrith1yrv
        8iIDGZ3RSAHHAhUAl2BQjxUjC8yykrmCouuEC/BYHPUCgYEA9+GghdabPd7LvKtc
        NrhXuXmUr7v6OuqC+VdMCz0HgmdRWVeOutRZT+ZxBxCBgLRJFnEj6EwoFhO3zwky
        jMim4TwWeotUfI0o4KOuHiuzpnWRbqN/C/ohNWLx+2J6ASQ7zKTxvqhRkImog9/h
        WuWfBpKLZl6Ae1UlZAFMO/7PSSoDgYQAAoGAH3iDeJqsY/tCpncggtfMwJ+KGmyK
        jvWzEvXfumDY/BiqC/i7VioMHia5G+B2ynWGfLDkf3iC2sWUSajv6NXXRPuqI79c
        oaseEvMZx8HjnLeTRNLw9iEpuk58CPDZRpwJEcaHfLl0mUTHt585sowb9a/rRTS/
        P1f5GfSf0spgOX4=
        -----END PUBLIC KEY-----
        """;

    /// <summary>The claims: value 1, by 300:88.300.1/USER, for 88.300.1/A, from 1700000000 to 1900000000.</summary>
    private const string Payload =
        "eyJkaWdlc3RzIjp7ImFsZyI6IlNIQS0yNTYiLCJkaWdlc3RzIjpbeyJpbmRleCI6MSwiZGlnZXN0IjoidmJVMnc4em5iOUlVZC93"
        + "MStsSExNTHJhVkhNRVpHVmpZQUVmeDFKTkpmOD0ifV19LCJzdWIiOiI4OC4zMDAuMS9BIiwiaXNzIjoiMzAwOjg4LjMwMC4xL1VT"
        + "RVIiLCJpYXQiOjE3MDAwMDAwMDAsIm5iZiI6MTcwMDAwMDAwMCwiZXhwIjoxOTAwMDAwMDAwfQ";

    private const string OpenSslSignature =
        "MDwCHBY4WEFZ-_pVMtPSJlcOBczTZvPaESGfMxkNiMECHDXB2fA8Z2jdsp11D0MRan2_d1KfN29NVcvn3jc";

    private const string JavaSignature = "MCwCFA9gnc6UKG0HvFF-XQmvSYapPuB7AhR9KvOT_-NTU8nSOlWe5UByqDQggw";

    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly HandleValue s_value = new()
    {
        Index = 1,
        Timestamp = 1_700_000_000,
        Type = "URL",
        Data = "https://id.example/88.300.1/A"u8.ToArray(),
    };

    private static string Text => $"{Header}.{Payload}.{OpenSslSignature}";

    private static IEnumerable<TestCaseData<string, string>> Vectors() =>
        [new(OpenSslPem, OpenSslSignature) { TestName = "OpenSSL" }, new(JavaPem, JavaSignature) { TestName = "Java" }];

    [TestCaseSource(nameof(Vectors))]
    public void Verify_MadeByAnotherProgram_IsWhole(string pem, string signature)
    {
        var result = Verify($"{Header}.{Payload}.{signature}", pem, s_value);

        Assert.That(
            (result.Signature, result.IsOfHandle, result.IsInTime, result.Values[1], result.IsWhole),
            Is.EqualTo((ProofResult.Right, true, true, SignedValueState.Unchanged, true))
        );
    }

    [Test]
    public void Verify_ChangedValue_IsNotWhole() =>
        Assert.That(
            Verify(Text, OpenSslPem, s_value with { Data = "https://id.example/88.300.1/B"u8.ToArray() }).Values[1],
            Is.EqualTo(SignedValueState.Changed)
        );

    [Test]
    public void Verify_ByTheOtherKey_IsWrong()
    {
        Assert.That(Verify(Text, JavaPem, s_value).IsWhole, Is.False);
        Assert.That(
            Verify($"{Header}.{Payload}.{JavaSignature}", OpenSslPem, s_value).IsWhole,
            Is.False,
            "and the other way round"
        );
    }

    [TestCaseSource(nameof(Vectors))]
    public void Verify_AnyCharacterChanged_IsNotWhole(string pem, string signature)
    {
        var whole = $"{Header}.{Payload}.{signature}";
        // The last character of a part may hold bits that mean nothing; such a text is refused as well.
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';

            Assert.That(Verify(new string(changed), pem, s_value).IsWhole, Is.False, $"at {i}");
        }
    }

    [Test]
    public void Verify_SignatureNotInStrictDer_IsNotWhole()
    {
        var der = Base64UrlBytes(OpenSslSignature);
        var first = der[4..(4 + der[3])];
        var second = der[(6 + der[3])..];

        Assert.Multiple(() =>
        {
            Assert.That(IsWhole(der), Is.True);
            Assert.That(IsWhole([.. der, 0]), Is.False, "a byte behind it");
            Assert.That(IsWhole(der[..^1]), Is.False, "a byte short");
            Assert.That(IsWhole([0x30, 0x81, .. der[1..]]), Is.False, "the long form of a short length");
            Assert.That(IsWhole(Sequence([0, .. first], second)), Is.False, "a zero in front");
            Assert.That(IsWhole([.. first, .. second]), Is.False, "the two numbers without DER");
            Assert.That(IsWhole([]), Is.False);
        });

        static byte[] Sequence(byte[] r, byte[] s) =>
            [0x30, (byte)(4 + r.Length + s.Length), 2, (byte)r.Length, .. r, 2, (byte)s.Length, .. s];

        static bool IsWhole(byte[] signature) =>
            Verify(
                $"{Header}.{Payload}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}",
                OpenSslPem,
                s_value
            ).IsWhole;
    }

    /// <summary>OpenSSL signed these as well: the header alone is not the one.</summary>
    [TestCase(
        """{"alg": "DS160"}""",
        "MD4CHQCIG3KbmBo-XCFw_VMi0hcQ5kplSmzPHYhFAqpDAh0Axc6EE8xEkH0Xr-R1tOo29QRMGdq9wZuISmBxIQ"
    )]
    [TestCase(
        """{"alg":"DS160","typ":"JWT"}""",
        "MD0CHQCQXJ7_FxD8ETN68-R4XUHbYlpPj_Lh1cArEamgAhx7o_OjdYvJjKGpnnLmwmoihIe2WsuOcTruBiby"
    )]
    [TestCase(
        """{"typ":"JWT","alg":"DS160"}""",
        "MDwCHCobhooBeChUhDyURS92DzVGnbjLX-1sFr1Et8MCHE-7Bfel4GC4J2D8zTqvA8cFWt4TnxzK0QuNKyI"
    )]
    public void Verify_AnotherHeader_IsUnsupported(string header, string signature)
    {
        var start = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));
        var signed = $"{start}.{Payload}";

        Assert.That(
            Key(OpenSslPem).Verify(SignatureHash.Sha1, Encoding.ASCII.GetBytes(signed), Base64UrlBytes(signature)),
            Is.EqualTo(ProofResult.Right),
            "the signature is right"
        );
        Assert.That(
            Verify($"{signed}.{signature}", OpenSslPem, s_value).Signature,
            Is.EqualTo(ProofResult.Unsupported)
        );
    }

    [Test]
    public void Verify_KeyOfAnotherKind_IsUnsupported() =>
        Assert.That(Verify(Text, Keys.RsaPem, s_value).Signature, Is.EqualTo(ProofResult.Unsupported));

    [Test]
    public async Task Values_SignedByADsaAnchor_AreBelieved()
    {
        var signature = new HandleValue
        {
            Index = 400,
            Type = "HS_SIGNATURE",
            Data = Encoding.ASCII.GetBytes(Text),
        };
        var anchors = new Dictionary<ValueReference, PublicKey>
        {
            [new ValueReference("88.300.1/USER", 300)] = Key(OpenSslPem),
        };
        var verifier = new SignatureVerifier(anchors, isRequired: true, new FixedTime());

        Assert.That(await Judge(s_value), Is.Null);
        Assert.That(await Judge(s_value with { Ttl = 1 }), Does.Contain("Value 1"));

        async Task<string?> Judge(HandleValue value) =>
            await verifier.VerifyAsync(
                Handle,
                [value, signature],
                _ => Task.FromResult<IReadOnlyList<HandleValue>?>(null),
                CancellationToken.None
            );
    }

    private static HandleSignatureResult Verify(string text, string pem, HandleValue value) =>
        HandleSignature.Verify(text, Key(pem), Handle, [value], s_now);

    private static PublicKey Key(string pem)
    {
        Assert.That(PublicKey.TryRead(Encoding.ASCII.GetBytes(pem), out var key), Is.True);
        return key!;
    }

    private static byte[] Base64UrlBytes(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => s_now;
    }
}
