using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a message that sends the session key (RFC 3652 §3.8.3).</summary>
/// <param name="EncryptedKey">The session key, encrypted with the server's public key.</param>
public sealed record SessionKeyExchange(byte[] EncryptedKey)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out SessionKeyExchange? exchange)
    {
        var reader = new WireReader(body);
        exchange = reader.TryArray(out var key) ? new SessionKeyExchange(key.ToArray()) : null;
        return exchange is not null;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer) => writer.Array(EncryptedKey);
}
