using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response that carries nothing but its response code and perhaps a digest.</summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
public sealed record SuccessResponse(DigestField? Digest)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out SuccessResponse? response
    )
    {
        var reader = new WireReader(body);
        response = DigestField.TryRead(ref reader, digestPresent, out var digest) ? new SuccessResponse(digest) : null;
        return response is not null;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer) => Digest?.Write(writer);
}
