namespace IdResolution.Server.Http;

/// <summary>
/// Segments that clients and proxies take out of a path, so that an identifier with one cannot stand in it (RFC 3986
/// §5.2.4).
/// </summary>
internal static class DotSegment
{
    /// <summary>True where a path has a segment <c>.</c> or <c>..</c>, also percent-encoded.</summary>
    public static bool IsIn(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        // Ordinal, since the search that ignores case is slow with invariant globalization; the loop below looks
        // closely.
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
