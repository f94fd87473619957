using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Body of one message of a list (RFC 3652 §3.7); all but the last have <see cref="OpFlags.Continuous"/>.
/// </summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="Handles">Handles, or prefix handles.</param>
public sealed record ListResponse(DigestField? Digest, IReadOnlyList<string> Handles)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        BodyLists.Write(writer, Handles);
    }
}
