using System.Buffers;
using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// Finds identifiers anywhere in a text: alone, in a path or query, between words, before trailing fields. A suffix may
/// hold nearly any character, so a place gives several candidates. What it costs grows with the length of the text, no
/// faster. Not thread-safe.
/// </summary>
internal sealed class ScannedIdentifiers(Func<Identifier, bool> isHomed)
{
    private const int MaxEnds = 8;

    // Of all forms of a text together. A text that means something needs a few dozen at most.
    private const int MaxCandidates = 256;

    // In each byte's escape there are three characters.
    private const int MaxRawLength = 3 * LookupKey.MaxLength;
    private const string EncodedSlash = "%2F";

    // Beside blanks: what ends an identifier in a sentence or a list of fields, if the longer text is not registered.
    // In a URL only what no URL holds.
    private const string Ends = ";,|\"'<>()[]{}?#&，；。␝␞␄";
    private const string UrlEnds = "|\"<>{}，；。␝␞␄";

    private static readonly SearchValues<char> s_afterAuthority = SearchValues.Create("/?# \t\r\n");

    private readonly List<Identifier> _homed = [];
    private readonly List<Identifier> _joined = [];
    private int _candidatesLeft = MaxCandidates;

    /// <summary>
    /// The candidates at the first place with a prefix homed here, in the order to look for them, those of each form of
    /// the text by themselves. The last one is the likeliest if none is registered.
    /// </summary>
    public IReadOnlyList<Identifier> Homed => _homed;

    /// <summary>The same where a letter stands right before the prefix: only for what is registered.</summary>
    public IReadOnlyList<Identifier> Joined => _joined;

    /// <summary>The first identifier under another prefix, or null.</summary>
    public Identifier? Foreign { get; private set; }

    /// <summary>Looks for identifiers in one form of the text.</summary>
    public void Read(string text)
    {
        var before = _homed.Count;
        var encoded = -1;
        for (
            var slash = NextSlash(text, 0, ref encoded);
            slash >= 0 && _homed.Count == before && _candidatesLeft > 0;
            slash = NextSlash(text, slash + 1, ref encoded)
        )
        {
            if (IsAuthority(text, slash))
            {
                slash = EndOfAuthority(text, slash + 2);
                continue;
            }
            var start = slash;
            while (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] == '.'))
            {
                start--;
            }
            if (Prefix.IsValid(text.AsSpan(start, slash - start)))
            {
                ReadAt(text, start, slash, _homed, mayBeForeign: true);
                continue;
            }
            for (var at = Math.Max(start + 1, slash - Prefix.MaxLength); at < slash; at++)
            {
                if (char.IsAsciiLetter(text[at - 1]) && Prefix.IsValid(text.AsSpan(at, slash - at)))
                {
                    ReadAt(text, at, slash, _joined, mayBeForeign: false);
                }
            }
        }
    }

    private void ReadAt(string text, int start, int slash, List<Identifier> homed, bool mayBeForeign)
    {
        mayBeForeign &= Foreign is null;
        if (!mayBeForeign && !MayBeHomed(text[start..slash]))
        {
            return;
        }
        // After a slash: the path of a URL. After ? and =: the value of a query. Both are percent-encoded, and end.
        var before = start > 0 ? text[start - 1] : '\0';
        var isPath = before == '/' || text.AsSpan(0, start).EndsWith(EncodedSlash, StringComparison.OrdinalIgnoreCase);
        var isQuery = before == '=' && text.AsSpan(0, start).Contains('?');
        var end = EndOf(text, start, slash, isPath, isQuery);
        Identifier? last = null;
        Identifier? first = null;
        foreach (var stop in Stops(text, slash, end, isPath || isQuery ? UrlEnds : Ends))
        {
            if (--_candidatesLeft < 0)
            {
                break;
            }
            if (IsTooLong(text.AsSpan(start, stop - start).TrimEnd()))
            {
                continue;
            }
            var raw = text[start..stop].TrimEnd();
            var decoded = Uri.UnescapeDataString(isQuery ? raw.Replace('+', ' ') : raw);
            foreach (var form in isPath || isQuery || raw == decoded ? [decoded] : (string[])[raw, decoded])
            {
                if (!Identifier.TryParse(form, out var found))
                {
                    continue;
                }
                first ??= found;
                last = found;
                if (isHomed(found) && !homed.Contains(found))
                {
                    homed.Add(found);
                }
            }
        }
        if (mayBeForeign && last is not null && !isHomed(last))
        {
            // A text that is nothing but an identifier may hold what otherwise ends one.
            Foreign = start == 0 ? first : last;
        }
    }

    /// <summary>False if nothing under a prefix is homed here, whatever its suffix.</summary>
    private bool MayBeHomed(string prefix) =>
        prefix.Equals(Identifier.PrefixRecords, StringComparison.OrdinalIgnoreCase)
        || (Identifier.TryParse(prefix + "/-", out var any) && isHomed(any));

    /// <summary>True for what is too long for an identifier even if each percent sign begins an escape.</summary>
    private static bool IsTooLong(ReadOnlySpan<char> raw) =>
        Encoding.UTF8.GetByteCount(raw) - 2 * raw.Count('%') > LookupKey.MaxLength;

    /// <summary>The next slash, plain or encoded, or -1.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="encoded">The last encoded slash that was found, so that none is looked for twice; -1 at first.</param>
    private static int NextSlash(string text, int from, ref int encoded)
    {
        if (from >= text.Length)
        {
            return -1;
        }
        if (encoded < from)
        {
            encoded = text.IndexOf(EncodedSlash, from, StringComparison.OrdinalIgnoreCase);
            encoded = encoded < 0 ? text.Length : encoded;
        }
        var plain = text.IndexOf('/', from, encoded - from);
        if (plain >= 0)
        {
            return plain;
        }
        return encoded < text.Length ? encoded : -1;
    }

    private static bool IsAuthority(string text, int slash)
    {
        var before = text.AsSpan(0, slash);
        return text.AsSpan(slash).StartsWith("//")
            && (
                before.EndsWith("http:", StringComparison.OrdinalIgnoreCase)
                || before.EndsWith("https:", StringComparison.OrdinalIgnoreCase)
            );
    }

    private static int EndOfAuthority(string text, int start)
    {
        var end = text.AsSpan(start).IndexOfAny(s_afterAuthority);
        return end < 0 ? text.Length : start + end;
    }

    private static int EndOf(string text, int start, int slash, bool isPath, bool isQuery)
    {
        // One more than an identifier can have, so that what is longer is seen to be too long.
        var limit = Math.Min(text.Length, start + MaxRawLength + 1);
        for (var i = slash + 1; i < limit; i++)
        {
            if (char.IsControl(text[i]) || (isPath && text[i] is '?' or '#') || (isQuery && text[i] is '&' or '#'))
            {
                return i;
            }
        }
        return limit;
    }

    /// <summary>Where the identifier may end: with the text, then at what ends a field, the last one first.</summary>
    private static List<int> Stops(string text, int slash, int end, string ends)
    {
        var stops = new List<int>(MaxEnds) { end };
        for (var i = slash + 1; i < end && stops.Count < MaxEnds; i++)
        {
            if ((char.IsWhiteSpace(text[i]) || ends.Contains(text[i], StringComparison.Ordinal)) && i > slash + 1)
            {
                stops.Insert(1, i);
            }
        }
        return stops;
    }
}
