using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a successful response to a resolution (RFC 3652 §3.2.2).</summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
/// <param name="Handle">The handle, spelled as in the request.</param>
/// <param name="Values">The values that the request wants and its sender may read.</param>
public sealed record ResolutionResponse(DigestField? Digest, string Handle, IReadOnlyList<HandleValue> Values)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out ResolutionResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        if (
            !DigestField.TryRead(ref reader, digestPresent, out var digest)
            || !reader.TryText(out var handle)
            || !BodyLists.TryValues(ref reader, out var values)
        )
        {
            return false;
        }
        response = new ResolutionResponse(digest, handle, values);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.Text(Handle);
        BodyLists.Write(writer, Values);
    }
}
