using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Body of a response with the site record of the server (RFC 3652 §3.3).</summary>
/// <param name="Digest">The digest of the request; null if the request asked for none.</param>
/// <param name="Site">The site that the server belongs to.</param>
public sealed record SiteInfoResponse(DigestField? Digest, SiteRecord Site)
{
    /// <summary>Reads the body; false if it is malformed.</summary>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="digestPresent">True if the header has <see cref="OpFlags.ReturnDigest"/>.</param>
    /// <param name="response">The body read; null if the result is false.</param>
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

    /// <summary>Writes the body alone, without envelope and header.</summary>
    public void Write(WireWriter writer)
    {
        Digest?.Write(writer);
        Site.Write(writer);
    }
}
