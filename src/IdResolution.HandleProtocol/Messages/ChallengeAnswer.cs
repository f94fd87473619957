using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of an answer to a challenge (RFC 3652 §3.5.2).</summary>
/// <param name="AuthType"><c>HS_PUBKEY</c> or <c>HS_SECKEY</c>.</param>
/// <param name="User">The identity that answers; index 0 stands for any HS_PUBKEY value of the handle.</param>
/// <param name="SignedResponse">The proof; its form depends on the type.</param>
public sealed record ChallengeAnswer(string AuthType, ValueReference User, byte[] SignedResponse)
{
    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ChallengeAnswer? answer)
    {
        answer = null;
        var reader = new WireReader(body);
        if (
            !reader.TryText(out var type)
            || !BodyLists.TryReference(ref reader, out var user)
            || !reader.TryArray(out var response)
        )
        {
            return false;
        }
        answer = new ChallengeAnswer(type, user, response.ToArray());
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        writer.Text(AuthType);
        BodyLists.Write(writer, User);
        writer.Array(SignedResponse);
    }
}
