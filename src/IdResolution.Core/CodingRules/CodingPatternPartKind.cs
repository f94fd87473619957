namespace IdResolution.Core.CodingRules;

/// <summary>The kinds of text that a part of a <see cref="CodingPattern"/> writes.</summary>
internal enum CodingPatternPartKind
{
    /// <summary>The text of the part.</summary>
    Literal,

    /// <summary>The value of the attribute whose code is the text of the part.</summary>
    Attribute,

    Sequence,

    /// <summary>The year in four digits.</summary>
    Year,

    /// <summary>The last two digits of the year.</summary>
    ShortYear,

    Month,

    Day,

    Hour,

    Minute,
}
