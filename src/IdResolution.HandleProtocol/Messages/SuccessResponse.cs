using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response that says no more than its code.</summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
public sealed record SuccessResponse(DigestField? Digest)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
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

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer) => Digest?.Write(writer);
}
