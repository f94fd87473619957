using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a request to check the answer to a challenge (RFC 3652 §3.5.3).</summary>
/// <param name="User">The identity that answered.</param>
/// <param name="Nonce">The nonce of the challenge.</param>
/// <param name="Digest">The digest of the request that was challenged: 16, 20 or 32 bytes.</param>
/// <param name="SignedResponse">The proof in the answer.</param>
public sealed record VerifyRequest(ValueReference User, byte[] Nonce, byte[] Digest, byte[] SignedResponse)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out VerifyRequest? request)
    {
        request = null;
        var reader = new WireReader(body);
        if (
            !BodyLists.TryReference(ref reader, out var user)
            || !reader.TryArray(out var nonce)
            || !TryDigest(ref reader, out var digest)
            || !reader.TryArray(out var response)
        )
        {
            return false;
        }
        request = new VerifyRequest(user, nonce.ToArray(), digest.ToArray(), response.ToArray());
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        BodyLists.Write(writer, User);
        writer.Array(Nonce);
        writer.Array(Digest);
        writer.Array(SignedResponse);
    }

    /// <summary>
    /// Reads an array of the digest alone, as the reference writes it; or the algorithm before the digest, with or
    /// without an array around both.
    /// </summary>
    private static bool TryDigest(scoped ref WireReader reader, out ReadOnlySpan<byte> digest)
    {
        // The length of an array starts with 0, which stands for no algorithm here.
        if (!reader.Rest.StartsWith((byte)0))
        {
            return TryNamedDigest(ref reader, out digest);
        }
        if (!reader.TryArray(out digest))
        {
            return false;
        }
        if (digest.Length is 16 or 20 or 32)
        {
            return true;
        }
        var inner = new WireReader(digest);
        return TryNamedDigest(ref inner, out digest) && inner.Rest.IsEmpty;
    }

    private static bool TryNamedDigest(scoped ref WireReader reader, out ReadOnlySpan<byte> digest)
    {
        var isRead = DigestField.TryRead(ref reader, out var field);
        digest = field.Digest.Span;
        return isRead;
    }
}
