namespace IdResolution.Server.Http;

/// <summary>
/// Enumerates the members of an Accept or Accept-Language header with their weights (RFC 9110 §12.4.2). It does not
/// allocate and does not throw. A member with an unreadable weight is skipped.
/// </summary>
internal ref struct AcceptMembers(ReadOnlySpan<char> header)
{
    private ReadOnlySpan<char> _rest = header;

    /// <summary>
    /// The text before the first semicolon, without white space. <see cref="MoveNext"/> skips empty ones.
    /// </summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>The weight in thousandths, 0 to 1000. 0 means "not acceptable".</summary>
    public int Weight { get; private set; }

    /// <summary>True if parameters other than the weight and the charset narrow the range.</summary>
    public bool IsNarrowed { get; private set; }

    /// <summary>Goes to the next readable member; false at the end.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var member = Cut(ref _rest, ',');
            Name = Trim(Cut(ref member, ';'));
            if (!Name.IsEmpty && TryReadParameters(member))
            {
                return true;
            }
        }
        return false;
    }

    private bool TryReadParameters(ReadOnlySpan<char> parameters)
    {
        Weight = 1000;
        IsNarrowed = false;
        while (!parameters.IsEmpty)
        {
            var value = Cut(ref parameters, ';');
            var name = Trim(Cut(ref value, '='));
            if (name is "q" or "Q")
            {
                var read = TryReadWeight(Trim(value), out var weight);
                Weight = weight;
                return read;
            }
            IsNarrowed |= !name.IsEmpty && !name.Equals("charset", StringComparison.OrdinalIgnoreCase);
        }
        return true;
    }

    // qvalue = ( "0" [ "." *DIGIT ] ) / ( "1" [ "." *"0" ] ). Digits beyond three, which some clients send, are
    // ignored.
    private static bool TryReadWeight(ReadOnlySpan<char> text, out int weight)
    {
        weight = 0;
        if (text is not ['0' or '1', ..] || (text.Length > 1 && text[1] != '.'))
        {
            return false;
        }
        weight = (text[0] - '0') * 1000;
        var place = 100;
        foreach (var c in text.Length > 2 ? text[2..] : [])
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
            weight += (c - '0') * place;
            place /= 10;
        }
        return weight <= 1000;
    }

    // Cuts off and returns the text before a separator. Separators in a quoted string do not count.
    private static ReadOnlySpan<char> Cut(scoped ref ReadOnlySpan<char> text, char separator)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == '\\' && quoted)
            {
                i++;
            }
            else if (c == separator && !quoted)
            {
                var head = text[..i];
                text = text[(i + 1)..];
                return head;
            }
        }
        var whole = text;
        text = [];
        return whole;
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t");
}
