using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a service or prefix referral (RFC 3652 §3.4).</summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="Handle">The handle to go on with; may be empty where the values say all.</param>
/// <param name="Values">Values, such as HS_SITE, that say whom to ask; none is the same as no list.</param>
public sealed record ReferralResponse(DigestField? Digest, string Handle, IReadOnlyList<HandleValue> Values)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
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

    /// <summary>Writes the body.</summary>
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
