using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a question whether an answer to a challenge is right (RFC 3652 §3.5.3).</summary>
/// <param name="User">Who answered.</param>
/// <param name="Nonce">Of the challenge.</param>
/// <param name="Digest">Of the request that the challenge was for.</param>
/// <param name="SignedResponse">The proof given.</param>
public sealed record VerifyRequest(ValueReference User, byte[] Nonce, DigestField Digest, byte[] SignedResponse)
{
    /// <summary>Reads a body; what follows it is tolerated.</summary>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        BodyLists.Write(writer, User);
        writer.Array(Nonce);
        writer.Int32(Digest.Digest.Length + (Digest.Algorithm == DigestField.OldMd5 ? 4 : 1));
        Digest.Write(writer);
        writer.Array(SignedResponse);
    }
}
