namespace IdResolution.HandleProtocol.Values;

/// <summary>Which part of a handle chooses the server of a site.</summary>
public enum SiteHashOption : byte
{
    /// <summary>The prefix chooses.</summary>
    Prefix = 0,

    /// <summary>The suffix chooses.</summary>
    Suffix = 1,

    /// <summary>The whole handle chooses.</summary>
    Whole = 2,
}
