using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response to a request that created a handle.</summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
/// <param name="Handle">The handle created; may be null if no suffix was minted.</param>
public sealed record CreateResponse(DigestField? Digest, string? Handle)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out CreateResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        string? handle = null;
        if (
            !DigestField.TryRead(ref reader, digestPresent, out var digest)
            || (!reader.Rest.IsEmpty && !reader.TryText(out handle))
        )
        {
            return false;
        }
        response = new CreateResponse(digest, handle);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        if (Handle is not null)
        {
            writer.Text(Handle);
        }
    }
}
