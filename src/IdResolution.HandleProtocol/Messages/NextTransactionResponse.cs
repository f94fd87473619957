using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response to a question for the next transaction number.</summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="Next">The number.</param>
public sealed record NextTransactionResponse(DigestField? Digest, long Next)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out NextTransactionResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        if (!DigestField.TryRead(ref reader, digestPresent, out var digest) || !reader.TryInt64(out var next))
        {
            return false;
        }
        response = new NextTransactionResponse(digest, next);
        return true;
    }

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.Int64(Next);
    }
}
