using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>The URIs by which other companies name items, such as EPCs and GS1 Digital Links.</summary>
public static class ItemUri
{
    /// <summary>True for a URN, or a URI with an authority.</summary>
    public static bool IsUri(string? text)
    {
        if (text is null)
        {
            return false;
        }
        var end = text.IndexOf(':', StringComparison.Ordinal);
        return end > 0
            && char.IsAsciiLetter(text[0])
            && (IsUrn(text) || text.AsSpan(end).StartsWith("://", StringComparison.Ordinal))
            && Uri.IsWellFormedUriString(text, UriKind.Absolute);
    }

    /// <summary>
    /// The one text of a URI. Of an EPC or a GS1 Digital Link it is the GS1 key, which begins with a bracket. Of any
    /// other the scheme is in lower case, with the host of http and the namespace of a URN; the rest counts as it is
    /// (RFC 3986 §6.2.2.1, RFC 8141 §3.1).
    /// </summary>
    public static string Canonical(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (Gs1KeyOf(uri) is { } key)
        {
            return key;
        }
        var end = uri.IndexOf(':', StringComparison.Ordinal);
        if (IsHttp(uri))
        {
            return CanonicalHttp(uri, end + "://".Length);
        }
        var folded = IsUrn(uri) ? uri.IndexOf(':', end + 1) : Math.Max(end, 0);
        return Lower(uri[..folded]) + uri[folded..];
    }

    /// <param name="uri">The URI.</param>
    /// <param name="start">Where the authority begins.</param>
    private static string CanonicalHttp(string uri, int start)
    {
        var authority = uri.AsSpan(start).IndexOfAny('/', '?', '#');
        var end = authority < 0 ? uri.Length : start + authority;
        // The name of a user counts as it is.
        var user = uri.AsSpan(start, end - start).LastIndexOf('@') + 1;
        return Lower(uri[..start]) + uri[start..(start + user)] + Lower(uri[(start + user)..end]) + uri[end..];
    }

    /// <summary>The GS1 key that a URI says, as <see cref="Gs1Key"/> writes it; null if it says none.</summary>
    public static string? Gs1KeyOf(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var key = IsHttp(uri) ? Gs1Key.Canonical(uri) : EpcUrn.Gs1KeyOf(uri);
        // What an escape sequence hides may be anything.
        return
            key is not null
            && key.StartsWith('(')
            && Encoding.UTF8.GetByteCount(key) <= LookupKey.MaxLength
            && !key.Any(char.IsControl)
            ? key
            : null;
    }

    private static bool IsHttp(string uri) =>
        uri.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    // urn:NAMESPACE:NAME (RFC 8141 §2).
    private static bool IsUrn(string text) =>
        text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
        && text.IndexOf(':', "urn:".Length) is var end
        && end > "urn:".Length
        && end < text.Length - 1;

    private static string Lower(string text) => text.ToLowerInvariant();
}
