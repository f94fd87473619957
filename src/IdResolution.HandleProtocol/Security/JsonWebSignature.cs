using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Keys.Sm;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// A signed text in the compact form of RFC 7515, as HS_SIGNATURE and HS_CERT values hold it. No algorithms are
/// supported but those in <see cref="Verify"/>; in particular not <c>none</c>.
/// </summary>
public sealed class JsonWebSignature
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 262_144;

    private const string Rs256 = "RS256";
    private const string Sm2Sm3 = "SM2SM3";
    private const string Ds160 = "DS160";

    /// <summary>The header <c>{"alg":"DS160"}</c> in Base64url, with the dot behind it.</summary>
    private static ReadOnlySpan<byte> Ds160Start => "eyJhbGciOiJEUzE2MCJ9."u8;

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private JsonWebSignature(string algorithm, byte[] payload, byte[] signed, byte[] signature) =>
        (Algorithm, Payload, _signed, _signature) = (algorithm, payload, signed, signature);

    /// <summary>The <c>alg</c> of the header; it may be one that is not supported.</summary>
    public string Algorithm { get; }

    /// <summary>The signed bytes, decoded from Base64url.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>
    /// Parses a text. False if it is not in compact form, or its header asks for extensions (<c>crit</c>).
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out JsonWebSignature? parsed)
    {
        parsed = null;
        text = text?.Trim();
        if (text is null || text.Length > MaxLength || !Ascii.IsValid(text))
        {
            return false;
        }
        var first = text.IndexOf('.', StringComparison.Ordinal);
        var last = text.LastIndexOf('.');
        if (
            first < 0
            || last == first
            || JsonText.FromBase64Url(text.AsSpan(0, first)) is not { } header
            || JsonText.FromBase64Url(text.AsSpan((first + 1)..last)) is not { } payload
            || JsonText.FromBase64Url(text.AsSpan(last + 1)) is not { } signature
            || !TryAlgorithm(header, out var algorithm)
        )
        {
            return false;
        }
        parsed = new JsonWebSignature(algorithm, payload, Encoding.ASCII.GetBytes(text[..last]), signature);
        return true;
    }

    /// <summary>
    /// Tells whether this key made the signature, with RS256, or with SM2SM3 or DS160 as CAICT's ID-SDK does;
    /// unsupported for others, and for small keys (RFC 7518 §3.3). DS160 is DSA with SHA-1, and its header is
    /// <c>{"alg":"DS160"}</c> to the byte.
    /// </summary>
    public ProofResult Verify(PublicKey key) =>
        Algorithm switch
        {
            Rs256 when key is RsaPublicKey { IsWeak: false } => key.Verify(SignatureHash.Sha256, _signed, _signature),
            Sm2Sm3 when key is Sm2PublicKey => key.Verify(SignatureHash.Sm3, _signed, _signature),
            Ds160 when key is DsaPublicKey && _signed.AsSpan().StartsWith(Ds160Start) => key.Verify(
                SignatureHash.Sha1,
                _signed,
                _signature
            ),
            _ => ProofResult.Unsupported,
        };

    /// <summary>Signs a payload with RS256.</summary>
    public static string Sign(ReadOnlySpan<byte> payload, KeyPair key)
    {
        var signed =
            Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"alg":"{{Rs256}}"}"""))
            + "."
            + Base64Url.EncodeToString(payload);
        return signed + "." + Base64Url.EncodeToString(key.Sign(SignatureHash.Sha256, Encoding.ASCII.GetBytes(signed)));
    }

    private static bool TryAlgorithm(byte[] header, [NotNullWhen(true)] out string? algorithm)
    {
        algorithm = null;
        if (!JsonText.TryParse(header, out var document))
        {
            return false;
        }
        using (document)
        {
            var root = document.RootElement;
            algorithm =
                root.ValueKind == JsonValueKind.Object && !root.TryGetProperty("crit", out _)
                    ? JsonText.Find(root, "alg")
                    : null;
        }
        return algorithm is not null;
    }
}
