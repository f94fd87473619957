using System.Globalization;
using IdResolution.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace IdResolution.Server.Http;

/// <summary>
/// Compares entity tags <c>W/"log-version-projection-media-language-render"</c> (RFC 9110 §8.8.3), and reads the
/// versions in <c>If-Match</c>.
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

    /// <summary>
    /// The versions in <c>If-Match</c>, one per tag of this log. Null if the header is missing or has <c>*</c>.
    /// <see cref="ErrorCode.VersionConflict"/> if all tags are of another log: the same version may be another there.
    /// </summary>
    /// <param name="ifMatch">The header.</param>
    /// <param name="log">The number of the log, 0 for none. A version alone is taken as one of this log.</param>
    public static Result<IReadOnlyList<long>?> Versions(StringValues ifMatch, long log)
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
                if (!TryRead(Opaque(tag), out var of, out var version))
                {
                    return Error.Of(
                        ErrorCode.Malformed,
                        "If-Match must hold entity tags as this node gave them, \"VERSION\", or *.",
                        "If-Match 应为本节点给出的实体标签、\"版本号\" 或 *。",
                        "If-Match"
                    );
                }
                if (of is null || of == log)
                {
                    versions.Add(version);
                }
            }
        }
        return versions.Count > 0
            ? versions
            : Error.Of(
                ErrorCode.VersionConflict,
                "The entity tag is of another log: the store came back from a backup. Read the record again.",
                "实体标签属于另一日志：存储已从备份恢复，请重新读取该记录。",
                "If-Match"
            );
    }

    private static bool TryRead(ReadOnlySpan<char> opaque, out long? log, out long version)
    {
        Span<Range> parts = stackalloc Range[3];
        var count = opaque.Split(parts, '-');
        log = null;
        version = 0;
        if (count == 1)
        {
            return TryRead(opaque, out version);
        }
        if (!TryRead(opaque[parts[1]], out version))
        {
            // A tag as nodes gave it before logs had names.
            return TryRead(opaque[parts[0]], out version);
        }
        var isTag = TryRead(opaque[parts[0]], out var of);
        log = of;
        return isTag;
    }

    private static bool TryRead(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag)
    {
        tag = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
        return tag.Trim('"');
    }
}
