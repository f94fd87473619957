namespace IdResolution.Server.Http;

/// <summary>Chooses a media type by the Accept header (RFC 9110 §12.5.1).</summary>
internal static class AcceptMedia
{
    /// <summary>True if HTML has a greater weight than JSON. Equal weights, or no header, mean JSON.</summary>
    public static bool PrefersHtml(string? accept)
    {
        var html = default(Best);
        var json = default(Best);
        var members = new AcceptMembers(accept);
        while (members.MoveNext())
        {
            html.Take(Precedence(members, "text", "html"), members.Weight);
            json.Take(Precedence(members, "application", "json"), members.Weight);
        }
        return html.Weight > json.Weight;
    }

    /// <summary>
    /// The position of the media type that has the greatest weight. Of equal weights, or without a header, the first.
    /// </summary>
    /// <param name="accept">The header.</param>
    /// <param name="types">The types to choose from, without parameters.</param>
    public static int Choose(string? accept, IReadOnlyList<string> types)
    {
        var best = new Best[types.Count];
        var members = new AcceptMembers(accept);
        while (members.MoveNext())
        {
            for (var i = 0; i < best.Length; i++)
            {
                var slash = types[i].IndexOf('/', StringComparison.Ordinal);
                best[i].Take(Precedence(members, types[i][..slash], types[i][(slash + 1)..]), members.Weight);
            }
        }
        var chosen = 0;
        for (var i = 1; i < best.Length; i++)
        {
            chosen = best[i].Weight > best[chosen].Weight ? i : chosen;
        }
        return chosen;
    }

    // How closely a range matches a type; 0 is no match. The closest match decides the weight. A range with more
    // parameters asks for a variant that we do not have: it ranks below the plain type and above the wildcards.
    private static int Precedence(in AcceptMembers range, string type, string subtype)
    {
        var name = range.Name;
        if (name is "*/*" or "*")
        {
            return 1;
        }
        if (
            name.Length <= type.Length + 1
            || name[type.Length] != '/'
            || !name.StartsWith(type, StringComparison.OrdinalIgnoreCase)
        )
        {
            return 0;
        }
        var tail = name[(type.Length + 1)..];
        if (tail is "*")
        {
            return 2;
        }
        if (!tail.Equals(subtype, StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }
        return range.IsNarrowed ? 3 : 4;
    }

    private struct Best
    {
        private int _precedence;

        public int Weight { get; private set; }

        public void Take(int precedence, int weight)
        {
            if (precedence > _precedence || (precedence != 0 && precedence == _precedence && weight > Weight))
            {
                _precedence = precedence;
                Weight = weight;
            }
        }
    }
}
