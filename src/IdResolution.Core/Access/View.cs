namespace IdResolution.Core.Access;

/// <summary>How much of a record a caller sees; decided once, before anything is rendered.</summary>
public enum View
{
    /// <summary>Public attributes, raw values with public read.</summary>
    Public,
    /// <summary>Also partner attributes.</summary>
    Partner,
    /// <summary>All attributes; raw values with public read.</summary>
    Full,
    /// <summary>Everything but secrets.</summary>
    Admin,
}
