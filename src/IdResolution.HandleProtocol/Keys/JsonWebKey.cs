using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IdResolution.HandleProtocol.Keys.Sm;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>
/// Public keys in JSON: RSA keys as in RFC 7517, DSA keys in the same way, and SM2 keys as CAICT's ID-SDK has them. The
/// HTTP interface has them as data of format <c>key</c>, and HS_CERT values contain them.
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
            case "SM2"
                when JsonText.FindBytes(element, "x") is { } x
                    && JsonText.FindBytes(element, "y") is { } y
                    && Sm2PublicKey.TryCreate(x, y, out var sm2):
                key = sm2;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes a key as an object. False if it is of another kind; nothing is written then.</summary>
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
            case Sm2PublicKey sm2:
                var point = sm2.ToPoint();
                Write(writer, "SM2", ("x", point[1..33]), ("y", point[33..]));
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
