using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response to <see cref="VerifyRequest"/>.</summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
/// <param name="IsRight">True if the answer was right.</param>
public sealed record VerifyResponse(DigestField? Digest, bool IsRight)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out VerifyResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        if (!DigestField.TryRead(ref reader, digestPresent, out var digest) || !reader.TryByte(out var right))
        {
            return false;
        }
        response = new VerifyResponse(digest, right == 1);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.Byte(IsRight ? (byte)1 : (byte)0);
    }
}
