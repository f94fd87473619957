namespace IdResolution.Tds.Language;

internal enum TokenKind
{
    End,

    /// <summary>A name without quotes, a keyword among them.</summary>
    Word,

    /// <summary>A name in brackets or double quotes.</summary>
    Quoted,
    Variable,
    Text,
    Binary,
    Integer,
    Decimal,
    Symbol,
}
