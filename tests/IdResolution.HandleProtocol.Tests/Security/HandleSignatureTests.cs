using System.Buffers.Text;
using System.Text;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Tests.Security;

[TestFixture]
public sealed class HandleSignatureTests
{
    private const string Handle = "88.300.1/质-a";

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ValueReference Issuer = new("88.300.1/SIGNER", 300);

    private static readonly HandleValue[] Values =
    [
        new()
        {
            Index = 1,
            Type = "URL",
            Data = "https://example.cn/"u8.ToArray(),
        },
        new()
        {
            Index = 2,
            Type = "EMAIL",
            Data = "a@example.cn"u8.ToArray(),
        },
    ];

    private static string Text { get; } =
        HandleSignature.Sign(Handle, Values, Issuer, Keys.Pair, Now, TimeSpan.FromDays(1));

    private static PublicKey Key => Keys.Pair.PublicKey;

    [Test]
    public void Verify_ValuesAsSigned_IsWhole()
    {
        var result = HandleSignature.Verify(Text, Key, Handle, Values, Now);

        Assert.That(result.IsWhole, Is.True);
        Assert.That(result.Values.Keys, Is.EquivalentTo(new[] { 1, 2 }));
    }

    [Test]
    public void Verify_TimestampAndCaseOfHandle_DoNotMatter() =>
        Assert.That(
            HandleSignature
                .Verify(
                    Text,
                    Key,
                    Handle.ToUpperInvariant(),
                    [.. Values.Select(value => value with { Timestamp = 7 })],
                    Now
                )
                .IsWhole,
            Is.True
        );

    [Test]
    public void Verify_ValueChangedOrGone_IsToldByIndex()
    {
        var result = HandleSignature.Verify(Text, Key, Handle, [Values[0] with { Ttl = 1 }], Now);

        Assert.That(result.IsWhole, Is.False);
        Assert.That(result.Values[1], Is.EqualTo(SignedValueState.Changed));
        Assert.That(result.Values[2], Is.EqualTo(SignedValueState.Missing));
    }

    /// <summary>Readers may take the one that was not signed.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void Verify_TwoValuesOfOneIndex_ProvesNothing(bool forgedFirst)
    {
        var forged = Values[0] with { Data = "https://example.org/"u8.ToArray() };

        var result = HandleSignature.Verify(
            Text,
            Key,
            Handle,
            forgedFirst ? [forged, .. Values] : [.. Values, forged],
            Now
        );

        Assert.That(result.Signature, Is.EqualTo(ProofResult.Wrong));
        Assert.That(result.Values, Is.Empty);
    }

    [Test]
    public void Verify_OtherHandleTimeOrKey_IsNotWhole()
    {
        var other = Keys.Other;
        Assert.Multiple(() =>
        {
            Assert.That(HandleSignature.Verify(Text, Key, "88.300.1/质-b", Values, Now).IsOfHandle, Is.False);
            Assert.That(HandleSignature.Verify(Text, Key, Handle, Values, Now.AddDays(1)).IsInTime, Is.False);
            Assert.That(HandleSignature.Verify(Text, Key, Handle, Values, Now.AddHours(-1)).IsInTime, Is.False);
            Assert.That(
                HandleSignature.Verify(Text, other.PublicKey, Handle, Values, Now).Signature,
                Is.EqualTo(ProofResult.Wrong)
            );
        });
    }

    [Test]
    public void TryRead_Certificate_IsWhatWasSigned()
    {
        var claims = new HandleClaims
        {
            Issuer = "300:0.NA/0.NA",
            Subject = "300:0.NA/88.300",
            NotBefore = Now,
            Expires = Now.AddYears(1),
            Permissions =
            [
                new(null, HandlePermission.Everything),
                new("0.NA/88.300", HandlePermission.DerivedPrefixes),
            ],
            PublicKey = Key,
            Chain = ["400:0.NA/88"],
        };

        Assert.That(
            JsonWebSignature.TryParse(JsonWebSignature.Sign(claims.ToJson(), Keys.Pair), out var signature),
            Is.True
        );
        Assert.That(HandleClaims.TryRead(signature!, out var read), Is.True);

        Assert.That(signature!.Verify(Key), Is.EqualTo(ProofResult.Right));
        Assert.That(read!.Permissions, Is.EqualTo(claims.Permissions));
        Assert.That(read.Chain, Is.EqualTo(claims.Chain));
        Assert.That(read.PublicKey, Is.EqualTo(Key));
        Assert.That(
            (read.Issuer, read.Subject, read.IssuedAt, read.NotBefore, read.Expires),
            Is.EqualTo((claims.Issuer, claims.Subject, claims.IssuedAt, claims.NotBefore, claims.Expires))
        );
    }

    /// <summary>The example of RFC 7515 appendix A.2.</summary>
    [Test]
    public void Verify_ExampleOfTheStandard_IsRight()
    {
        const string Example =
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        const string Modulus =
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
        Assert.That(RsaPublicKey.TryCreate(Base64Url.DecodeFromChars(Modulus), [1, 0, 1], out var key), Is.True);

        Assert.That(JsonWebSignature.TryParse(Example, out var signature), Is.True);
        Assert.That(signature!.Verify(key!), Is.EqualTo(ProofResult.Right));
    }

    [TestCase("""{"alg":"none"}""")]
    [TestCase("""{"alg":"HS256"}""")]
    [TestCase("""{"alg":"RS512"}""")]
    public void Verify_OtherAlgorithm_IsUnsupported(string header)
    {
        var text =
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))
            + Text[Text.IndexOf('.', StringComparison.Ordinal)..];

        Assert.That(JsonWebSignature.TryParse(text, out var signature), Is.True);
        Assert.That(signature!.Verify(Key), Is.EqualTo(ProofResult.Unsupported));
    }

    [TestCase("")]
    [TestCase("a")]
    [TestCase("..")]
    [TestCase("e30..")]
    [TestCase("e30.e30")]
    [TestCase("质.质.质")]
    [TestCase("eyJhbGciOiJSUzI1NiIsImNyaXQiOltdfQ.e30.AA", Description = "crit")]
    [TestCase("eyJhbGciOiJSUzI1NiIsImFsZyI6Im5vbmUifQ.e30.AA", Description = "alg twice")]
    [TestCase("eyJhbGciOiJcdWQ4MDAifQ.e30.AA", Description = "half a surrogate pair")]
    public void TryParse_NoSignedText_IsRefused(string text) =>
        Assert.That(JsonWebSignature.TryParse(text, out _), Is.False);

    [TestCase("[]")]
    [TestCase("text")]
    [TestCase("""{"exp":"tomorrow"}""")]
    [TestCase("""{"exp":1e99}""")]
    [TestCase("""{"nbf":-1}""")]
    [TestCase("""{"perms":{}}""")]
    [TestCase("""{"perms":[1]}""")]
    [TestCase("""{"chain":[1]}""")]
    [TestCase("""{"publicKey":{"kty":"EC"}}""")]
    [TestCase("""{"digests":[]}""")]
    [TestCase("""{"digests":{"alg":"SHA-256"}}""")]
    [TestCase("""{"digests":{"alg":"SHA-256","digests":[{"index":1,"digest":"?"}]}}""")]
    [TestCase("""{"digests":{"alg":"SHA-256","digests":[{"index":9999999999,"digest":""}]}}""")]
    [TestCase("""{"a":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}""", Description = "too deep")]
    public void TryRead_NoClaims_IsRefused(string json)
    {
        Assert.That(
            JsonWebSignature.TryParse(
                JsonWebSignature.Sign(Encoding.UTF8.GetBytes(json), Keys.Pair),
                out var signature
            ),
            Is.True
        );

        Assert.That(HandleClaims.TryRead(signature!, out _), Is.False);
    }

    [Test]
    public void Verify_AnyChangeOrAnyBytes_IsNotWholeAndNeverThrows()
    {
        var whole = Encoding.ASCII.GetBytes(Text);
        bool IsWhole(byte[] bytes) =>
            HandleSignature.Verify(Encoding.Latin1.GetString(bytes), Key, Handle, Values, Now).IsWhole;

        Properties.AssertPrefixesRefused(whole, IsWhole);
        Properties.AssertNeverThrows(whole, bytes => IsWhole(bytes));
    }
}
