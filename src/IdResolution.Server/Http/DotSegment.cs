namespace IdResolution.Server.Http;

/// <summary>
/// Finds <c>.</c> and <c>..</c> segments in a path. Clients and proxies remove them (RFC 3986 §5.2.4), so a path cannot
/// hold an identifier that has one.
/// </summary>
internal static class DotSegment
{
    /// <summary>True if the path has a segment <c>.</c> or <c>..</c>, also if percent-encoded.</summary>
    public static bool IsIn(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        // A quick first test. It is ordinal, because a search that ignores case is slow with invariant globalization.
        if (path.IndexOf("/.", StringComparison.Ordinal) < 0 && path.IndexOf("/%2", StringComparison.Ordinal) < 0)
        {
            return false;
        }
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            var dots = 0;
            for (; segment.Length > 0; dots++)
            {
                if (segment[0] == '.')
                {
                    segment = segment[1..];
                }
                else if (segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase))
                {
                    segment = segment[3..];
                }
                else
                {
                    break;
                }
            }
            if (segment.Length == 0 && dots is 1 or 2)
            {
                return true;
            }
        }
        return false;
    }
}
