using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IdResolution.HandleProtocol.Keys;

namespace IdResolution.HandleProtocol.Json;

/// <summary>A public key as JSON: <c>{"kty": "RSA", "n": …, "e": …}</c>, and DSA keys in the same way.</summary>
internal static class KeyJson
{
    /// <summary>
    /// Reads the data of an HS_PUBKEY value. False if the key has no JSON form, or if <see cref="Read"/> would not give
    /// back the same bytes.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out PublicKey? key) =>
        PublicKey.TryRead(data, out key)
        && key is RsaPublicKey or DsaPublicKey
        && key.ToData().AsSpan().SequenceEqual(data);

    public static byte[]? Read(JsonFields fields, JsonElement element, string path)
    {
        if (JsonWebKey.TryRead(element, out var key))
        {
            return key.ToData();
        }
        fields.Fail(path, "An RSA or DSA key is expected, in its numbers as base64url; give others as base64.");
        return null;
    }
}
