namespace IdResolution.Core.CodingRules;

/// <summary>What one part of a <see cref="CodingPattern"/> writes.</summary>
internal enum CodingPatternPartKind
{
    /// <summary>Its text.</summary>
    Literal,

    /// <summary>The value of the attribute whose code is its text.</summary>
    Attribute,

    /// <summary>The number of the sequence.</summary>
    Sequence,

    /// <summary>Four digits.</summary>
    Year,

    /// <summary>The last two digits.</summary>
    ShortYear,

    /// <summary>01 to 12.</summary>
    Month,

    /// <summary>01 to 31.</summary>
    Day,

    /// <summary>00 to 23.</summary>
    Hour,

    /// <summary>00 to 59.</summary>
    Minute,
}
