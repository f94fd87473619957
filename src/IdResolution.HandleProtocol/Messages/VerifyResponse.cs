using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response to <see cref="VerifyRequest"/>.</summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="IsRight">True where the answer was right.</param>
public sealed record VerifyResponse(DigestField? Digest, bool IsRight)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.Byte(IsRight ? (byte)1 : (byte)0);
    }
}
