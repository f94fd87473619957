using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response to a question for the site record (RFC 3652 §3.3).</summary>
/// <param name="Digest">Of the request, where it asked for it.</param>
/// <param name="Site">The site the server belongs to.</param>
public sealed record SiteInfoResponse(DigestField? Digest, SiteRecord Site)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="digestPresent">The header's <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">What was read.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        bool digestPresent,
        [NotNullWhen(true)] out SiteInfoResponse? response
    )
    {
        response = null;
        var reader = new WireReader(body);
        if (
            !DigestField.TryRead(ref reader, digestPresent, out var digest)
            || !SiteRecord.TryRead(reader.Rest, out var site)
        )
        {
            return false;
        }
        response = new SiteInfoResponse(digest, site);
        return true;
    }

    /// <summary>Writes the body.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        Site.Write(writer);
    }
}
