using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a successful response to a resolution (RFC 3652 §3.2.2).</summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="Handle">The handle as the request wrote it.</param>
/// <param name="Values">Values found.</param>
public sealed record ResolutionResponse(DigestField? Digest, string Handle, IReadOnlyList<HandleValue> Values)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.Text(Handle);
        BodyLists.Write(writer, Values);
    }
}
