namespace IdResolution.Core.Traceability;

/// <summary>What a quantity in an event says of a lot.</summary>
internal enum LotUse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>So much came out of a transformation.</summary>
    Made,

    /// <summary>So much came to be.</summary>
    Commissioned,

    /// <summary>So much came in.</summary>
    Received,

    /// <summary>So much went into something.</summary>
    Used,

    /// <summary>So much was taken out again.</summary>
    GivenBack,

    /// <summary>So much was sent.</summary>
    Shipped,

    /// <summary>So much was destroyed or given up.</summary>
    Scrapped,
}
