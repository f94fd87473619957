using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response that refuses or fails (RFC 3652 §3.3).</summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="Message">For people; may be empty.</param>
public sealed record ErrorResponse(DigestField? Digest, string Message)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.Text(Message);
    }
}
