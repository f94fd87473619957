using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response with an error code (RFC 3652 §3.3).</summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
/// <param name="Message">A message for people; may be empty.</param>
public sealed record ErrorResponse(DigestField? Digest, string Message)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out ErrorResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        if (!DigestField.TryRead(ref reader, digestPresent, out var digest) || !reader.TryText(out var message))
        {
            return false;
        }
        response = new ErrorResponse(digest, message);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.Text(Message);
    }
}
