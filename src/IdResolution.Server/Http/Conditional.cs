using System.Globalization;
using IdResolution.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace IdResolution.Server.Http;

/// <summary>
/// Compares entity tags <c>W/"version-view-media-language-render"</c> (RFC 9110 §8.8.3), and reads the versions in
/// <c>If-Match</c>.
/// </summary>
internal static class Conditional
{
    /// <summary>The <c>Vary</c> header of all answers that show records.</summary>
    public const string Vary = "Accept, Accept-Language, Accept-Encoding, Authorization";

    /// <summary>True if <c>If-None-Match</c> is <c>*</c> or names the tag. The comparison is weak.</summary>
    public static bool IsSame(StringValues ifNoneMatch, string tag)
    {
        foreach (var header in ifNoneMatch)
        {
            foreach (var range in header.AsSpan().Split(','))
            {
                var candidate = header.AsSpan()[range].Trim();
                if (candidate is "*" || Opaque(candidate).SequenceEqual(Opaque(tag)))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>The versions in <c>If-Match</c>, one per tag. Null if the header is missing or has <c>*</c>.</summary>
    public static Result<IReadOnlyList<long>?> Versions(StringValues ifMatch)
    {
        if (ifMatch.Count == 0)
        {
            return (List<long>?)null;
        }
        var versions = new List<long>();
        foreach (var header in ifMatch)
        {
            foreach (var range in header.AsSpan().Split(','))
            {
                var tag = header.AsSpan()[range].Trim();
                if (tag is "*")
                {
                    return (List<long>?)null;
                }
                var opaque = Opaque(tag);
                var dash = opaque.IndexOf('-');
                if (
                    !long.TryParse(
                        dash < 0 ? opaque : opaque[..dash],
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var version
                    )
                )
                {
                    return Error.Of(
                        ErrorCode.Malformed,
                        "If-Match must hold entity tags as this node gave them, \"VERSION\", or *.",
                        "If-Match 应为本节点给出的实体标签、\"版本号\" 或 *。",
                        "If-Match"
                    );
                }
                versions.Add(version);
            }
        }
        return versions;
    }

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag)
    {
        tag = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
        return tag.Trim('"');
    }
}
