using IdResolution.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace IdResolution.Server.Rest;

/// <summary>Entity tags <c>W/"version-view-media-language-render"</c> (RFC 9110 §8.8.3): matching ones, and versions in <c>If-Match</c>.</summary>
internal static class Conditional
{
    /// <summary>What answers of records depend on.</summary>
    public const string Vary = "Accept, Accept-Language, Accept-Encoding, Authorization";

    /// <summary>True where <c>If-None-Match</c> names the tag, compared weakly, or any (<c>*</c>).</summary>
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

    /// <summary>The version that <c>If-Match</c> names; null where there is none or it is <c>*</c>.</summary>
    public static Result<long?> Version(StringValues ifMatch)
    {
        if (ifMatch.Count == 0 || ifMatch[0] is null or "*")
        {
            return (long?)null;
        }
        var opaque = Opaque(ifMatch[0].AsSpan().Trim());
        var dash = opaque.IndexOf('-');
        return ifMatch.Count == 1 && long.TryParse(dash < 0 ? opaque : opaque[..dash], out var version)
            ? version
            : Error.Of(ErrorCode.Malformed, "If-Match must be one entity tag as this node gave it, or \"VERSION\".", "If-Match 应为本节点给出的一个实体标签，或 \"版本号\"。", "If-Match");
    }

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag)
    {
        tag = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
        return tag.Trim('"');
    }
}
