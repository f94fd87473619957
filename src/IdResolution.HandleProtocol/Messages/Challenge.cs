using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of a challenge, response code 402 (RFC 3652 §3.5.1); its header always has <see cref="OpFlags.ReturnDigest"/>.
/// </summary>
/// <param name="Digest">The digest of the request that was challenged.</param>
/// <param name="Nonce">The server's random bytes: 16 from this server; other servers may send more or fewer.</param>
public sealed record Challenge(DigestField Digest, byte[] Nonce)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out Challenge? challenge)
    {
        challenge = null;
        var reader = new WireReader(body);
        if (!DigestField.TryRead(ref reader, out var digest) || !reader.TryArray(out var nonce))
        {
            return false;
        }
        challenge = new Challenge(digest, nonce.ToArray());
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest.Write(writer);
        writer.Array(Nonce);
    }
}
