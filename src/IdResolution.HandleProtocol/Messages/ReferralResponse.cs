using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a service or prefix referral (RFC 3652 §3.4).</summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
/// <param name="Handle">The handle to go on with; may be empty if the values are enough.</param>
/// <param name="Values">Values such as HS_SITE that name the servers to ask. Empty if the body has no list.</param>
public sealed record ReferralResponse(DigestField? Digest, string Handle, IReadOnlyList<HandleValue> Values)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out ReferralResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        HandleValue[]? values = [];
        if (
            !DigestField.TryRead(ref reader, digestPresent, out var digest)
            || !reader.TryText(out var handle)
            || (!reader.Rest.IsEmpty && !BodyLists.TryValues(ref reader, out values))
        )
        {
            return false;
        }
        response = new ReferralResponse(digest, handle, values);
        return true;
    }

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        writer.Text(Handle);
        if (Values.Count > 0)
        {
            BodyLists.Write(writer, Values);
        }
    }
}
