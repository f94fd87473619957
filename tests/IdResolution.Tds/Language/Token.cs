namespace IdResolution.Tds.Language;

/// <summary>A token; <paramref name="Value"/> without quotes, doubled quotes undone.</summary>
internal readonly record struct Token(TokenKind Kind, string Value, int Start, int End)
{
    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Symbol && Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsName => Kind is TokenKind.Word or TokenKind.Quoted;
}
