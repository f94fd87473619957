using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of one message of a list (RFC 3652 §3.7). All but the last have <see cref="OpFlags.Continuous"/>.
/// </summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
/// <param name="Handles">Handles, or prefix handles.</param>
public sealed record ListResponse(DigestField? Digest, IReadOnlyList<string> Handles)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out ListResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        if (
            !DigestField.TryRead(ref reader, digestPresent, out var digest)
            || !BodyLists.TryTexts(ref reader, out var handles)
        )
        {
            return false;
        }
        response = new ListResponse(digest, handles);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        BodyLists.Write(writer, Handles);
    }
}
