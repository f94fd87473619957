using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a request to check the answer to a challenge (RFC 3652 §3.5.3).</summary>
/// <param name="User">The identity that answered.</param>
/// <param name="Nonce">The nonce of the challenge.</param>
/// <param name="Digest">The digest of the request that was challenged.</param>
/// <param name="SignedResponse">The proof in the answer.</param>
public sealed record VerifyRequest(ValueReference User, byte[] Nonce, DigestField Digest, byte[] SignedResponse)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out VerifyRequest? request)
    {
        request = null;
        var reader = new WireReader(body);
        if (
            !BodyLists.TryReference(ref reader, out var user)
            || !reader.TryArray(out var nonce)
            || !reader.TryArray(out var field)
            || !reader.TryArray(out var response)
        )
        {
            return false;
        }
        var inner = new WireReader(field);
        if (!DigestField.TryRead(ref inner, out var digest) || !inner.Rest.IsEmpty)
        {
            return false;
        }
        request = new VerifyRequest(user, nonce.ToArray(), digest, response.ToArray());
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        BodyLists.Write(writer, User);
        writer.Array(Nonce);
        writer.Int32(Digest.Digest.Length + (Digest.Algorithm == DigestField.OldMd5 ? 4 : 1));
        Digest.Write(writer);
        writer.Array(SignedResponse);
    }
}
