using System.Buffers.Text;
using System.Text.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Json;

/// <summary>An RSA key as <c>{"kty": "RSA", "n": …, "e": …}</c> (RFC 7517). The reference leaves four zero bytes after the key, and so does what is read here.</summary>
internal static class RsaKeyJson
{
    private const int SurplusBytes = 4;

    private static ReadOnlySpan<byte> Name => "RSA_PUB_KEY"u8;

    /// <summary>Takes a key apart; false where the data is no RSA key, or not in the very form that <see cref="Read"/> gives back.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> modulus, out ReadOnlySpan<byte> exponent)
    {
        modulus = default;
        exponent = default;
        var reader = new WireReader(data);
        if (!reader.TryArray(out var name) || !name.SequenceEqual(Name) || !reader.TryUInt16(out _) || !reader.TryArray(out var e) || !reader.TryArray(out var n))
        {
            return false;
        }
        modulus = Unsigned(n);
        exponent = Unsigned(e);
        return Encode(exponent, modulus).AsSpan().SequenceEqual(data);
    }

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        json.WriteStartObject();
        json.WriteString("kty", "RSA");
        json.WriteString("n", Base64Url.EncodeToString(modulus));
        json.WriteString("e", Base64Url.EncodeToString(exponent));
        json.WriteEndObject();
    }

    public static byte[]? Read(JsonFields fields, JsonElement element, string path)
    {
        if (!fields.IsObject(element, path) || !fields.TryText(element, path, "kty", out var type))
        {
            return null;
        }
        if (type != "RSA")
        {
            fields.Fail(JsonFields.PathOf(path, "kty"), "Only RSA keys can be given so; give others as base64.");
            return null;
        }
        return TryInteger(fields, element, path, "n", out var modulus) && TryInteger(fields, element, path, "e", out var exponent) ? Encode(exponent, modulus) : null;
    }

    private static bool TryInteger(JsonFields fields, JsonElement element, string path, string name, out byte[] bytes)
    {
        bytes = [];
        if (!fields.TryText(element, path, name, out var text))
        {
            return false;
        }
        bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length == 0)
        {
            return fields.Fail(JsonFields.PathOf(path, name), "A number in base64url is expected.");
        }
        bytes = Unsigned(bytes.AsSpan(0, length)).ToArray();
        return true;
    }

    private static ReadOnlySpan<byte> Unsigned(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.IndexOfAnyExcept((byte)0);
        return start < 0 ? bytes[..Math.Min(1, bytes.Length)] : bytes[start..];
    }

    private static byte[] Encode(ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus)
    {
        var signedExponent = Signed(exponent);
        var signedModulus = Signed(modulus);
        return Encoded.Of(writer =>
        {
            writer.Array(Name);
            writer.UInt16(0);
            writer.Array(signedExponent);
            writer.Array(signedModulus);
            writer.Bytes(stackalloc byte[SurplusBytes]);
        });
    }

    private static byte[] Signed(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] >= 0x80 ? [0, .. bytes] : bytes.ToArray();
}
