using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a successful response to a creation.</summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="Handle">The handle created; may be missing where none was minted.</param>
public sealed record CreateResponse(DigestField? Digest, string? Handle)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        if (Handle is not null)
        {
            writer.Text(Handle);
        }
    }
}
