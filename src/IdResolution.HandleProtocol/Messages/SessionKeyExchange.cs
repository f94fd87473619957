using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a message that hands the session key over (RFC 3652 §3.8.3).</summary>
/// <param name="EncryptedKey">The session key, encrypted for the server.</param>
public sealed record SessionKeyExchange(byte[] EncryptedKey)
{
    /// <summary>Reads a body; what follows it is tolerated.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out SessionKeyExchange? exchange)
    {
        var reader = new WireReader(body);
        exchange = reader.TryArray(out var key) ? new SessionKeyExchange(key.ToArray()) : null;
        return exchange is not null;
    }

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer) => writer.Array(EncryptedKey);
}
