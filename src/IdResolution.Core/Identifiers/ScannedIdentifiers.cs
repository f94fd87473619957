using System.Buffers;
using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// Finds identifiers anywhere in a text: alone, in a path or query, between words, before trailing fields. A suffix may
/// hold nearly any character, so a place has several readings. What a text costs grows with its length, no faster. Not
/// thread-safe.
/// </summary>
internal sealed class ScannedIdentifiers(Func<Identifier, bool> isHomed)
{
    private const int MaxEnds = 8;

    // Of all forms of a text together: what a scanner reads has a few dozen at most.
    private const int MaxReadings = 256;
    private const string EncodedSlash = "%2F";

    // Each byte of an identifier may be percent-encoded.
    private const int MaxRaw = 3 * LookupKey.MaxLength;

    // Beside blanks: what ends an identifier in a sentence or a list of fields, if the longer text is not registered.
    // In a URL only what no URL holds.
    private const string Ends = ";,|\"'<>()[]{}?#&，；。␝␞␄";
    private const string UrlEnds = "|\"<>{}，；。␝␞␄";

    private static readonly SearchValues<char> s_afterAuthority = SearchValues.Create("/?# \t\r\n");

    private readonly List<Identifier> _homed = [];
    private readonly List<Identifier> _joined = [];
    private int _readingsLeft = MaxReadings;

    // Where the first ? of the text is; looked for once, not from each place.
    private int _question;

    /// <summary>How many characters were looked at so far: what tests hold against the length of the text.</summary>
    public long Looked { get; private set; }

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
        _question = text.IndexOf('?', StringComparison.Ordinal);
        Looked += text.Length;
        for (var slash = NextSlash(text, 0); slash >= 0 && _homed.Count == before; slash = NextSlash(text, slash + 1))
        {
            if (IsAuthority(text, slash))
            {
                var authority = slash + 2;
                slash = EndOfAuthority(text, authority);
                Looked += slash - authority;
                continue;
            }
            var start = StartOf(text, slash);
            Looked += slash - start;
            if (Prefix.IsValid(text.AsSpan(start, slash - start)))
            {
                ReadAt(text, start, slash, _homed, mayBeForeign: true);
                continue;
            }
            for (var at = start + 1; at < slash; at++)
            {
                Looked += 1 + (char.IsAsciiLetter(text[at - 1]) ? Math.Min(slash - at, Prefix.MaxLength) : 0);
                if (char.IsAsciiLetter(text[at - 1]) && Prefix.IsValid(text.AsSpan(at, slash - at)))
                {
                    ReadAt(text, at, slash, _joined, mayBeForeign: false);
                }
            }
        }
    }

    /// <summary>Where the letters, digits and dots before a slash begin.</summary>
    private static int StartOf(string text, int slash)
    {
        var start = slash;
        while (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] == '.'))
        {
            start--;
        }
        return start;
    }

    private void ReadAt(string text, int start, int slash, List<Identifier> homed, bool mayBeForeign)
    {
        var before = start > 0 ? text[start - 1] : '\0';
        mayBeForeign &= Foreign is null && !IsEndOfAWord(text.AsSpan(start, slash - start), before);
        Looked += slash - start;
        // A text may have a slash at every second character: what would change nothing is not read.
        if (_readingsLeft <= 0 || (!mayBeForeign && !MayBeHomed(text[start..slash])))
        {
            return;
        }
        // After a slash: the path of a URL. After ? and =: the value of a query. Both are percent-encoded, and end.
        var isPath = before == '/' || text.AsSpan(0, start).EndsWith(EncodedSlash, StringComparison.OrdinalIgnoreCase);
        var isQuery = before == '=' && _question >= 0 && _question < start;
        var end = EndOf(text, start, slash, isPath, isQuery);
        Looked += 2 * (end - slash);
        Identifier? last = null;
        Identifier? first = null;
        foreach (var stop in Stops(text, slash, end, isPath || isQuery ? UrlEnds : Ends))
        {
            if (--_readingsLeft < 0)
            {
                break;
            }
            Looked += stop - start;
            var trimmed = text.AsSpan(start..stop).TrimEnd();
            // Too long even if each percent sign begins an escape. This is what most readings of a hostile text are.
            if (Encoding.UTF8.GetByteCount(trimmed) - 2 * trimmed.Count('%') > LookupKey.MaxLength)
            {
                continue;
            }
            var raw = trimmed.ToString();
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

    /// <summary>True for the digits at the end of a word, such as those of <c>S-1/2</c>: no prefix of others.</summary>
    private static bool IsEndOfAWord(ReadOnlySpan<char> prefix, char before) =>
        before is '-' or '_' or '\\' or '+' or '*' && !prefix.Contains('.');

    /// <summary>False for a prefix of others. Of the records of prefixes some are homed.</summary>
    private bool MayBeHomed(string prefix) =>
        prefix.Equals(Identifier.PrefixRecords, StringComparison.OrdinalIgnoreCase)
        || (Identifier.TryParse(prefix + "/-", out var any) && isHomed(any));

    /// <summary>The next slash, plain or encoded, or -1.</summary>
    private int NextSlash(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            Looked++;
            // Not by two searches: what is found last, or not at all, would be searched again from each of the others.
            if (
                text[i] == '/'
                || (text[i] == '%' && text.AsSpan(i).StartsWith(EncodedSlash, StringComparison.OrdinalIgnoreCase))
            )
            {
                return i;
            }
        }
        return -1;
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
        // One character more than an identifier can have, so that what is too long is seen to be.
        var most = Math.Min(text.Length, start + MaxRaw + 1);
        for (var i = slash + 1; i < most; i++)
        {
            if (char.IsControl(text[i]) || (isPath && text[i] is '?' or '#') || (isQuery && text[i] is '&' or '#'))
            {
                return i;
            }
        }
        return most;
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
