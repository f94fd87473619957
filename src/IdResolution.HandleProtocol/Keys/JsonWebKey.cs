using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>
/// Public keys in JSON: RSA keys as in RFC 7517, and DSA keys in the same way. The HTTP interface has them as data of
/// format <c>key</c>, and HS_CERT values contain them.
/// </summary>
public static class JsonWebKey
{
    /// <summary>Reads a key; false if it is malformed, of another type or out of bounds.</summary>
    public static bool TryRead(JsonElement element, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        switch (JsonText.Find(element, "kty"))
        {
            case "RSA"
                when JsonText.FindBytes(element, "n") is { } n
                    && JsonText.FindBytes(element, "e") is { } e
                    && RsaPublicKey.TryCreate(n, e, out var rsa):
                key = rsa;
                return true;
            case "DSA"
                when JsonText.FindBytes(element, "q") is { } q
                    && JsonText.FindBytes(element, "p") is { } p
                    && JsonText.FindBytes(element, "g") is { } g
                    && JsonText.FindBytes(element, "y") is { } y
                    && DsaPublicKey.TryCreate(q, p, g, y, out var dsa):
                key = dsa;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes a key as an object. False if the key is neither RSA nor DSA; nothing is written then.</summary>
    public static bool TryWrite(Utf8JsonWriter writer, PublicKey key)
    {
        switch (key)
        {
            case RsaPublicKey rsa:
                Write(writer, "RSA", ("n", rsa.Modulus.ToArray()), ("e", rsa.Exponent.ToArray()));
                return true;
            case DsaPublicKey dsa:
                var numbers = dsa.Parameters;
                Write(writer, "DSA", ("y", numbers.Y!), ("p", numbers.P!), ("q", numbers.Q!), ("g", numbers.G!));
                return true;
            default:
                return false;
        }
    }

    private static void Write(
        Utf8JsonWriter writer,
        string type,
        params ReadOnlySpan<(string Name, byte[] Value)> numbers
    )
    {
        writer.WriteStartObject();
        writer.WriteString("kty", type);
        foreach (var (name, value) in numbers)
        {
            writer.WriteString(name, Base64Url.EncodeToString(value));
        }
        writer.WriteEndObject();
    }
}
