namespace IdResolution.Core.Records;

/// <summary>The kinds of value in a column of a side table.</summary>
public enum SideColumnKind
{
    /// <summary>A whole number of 64 bits.</summary>
    Number,

    /// <summary>A code that the node makes. It never ends in a space.</summary>
    Code,

    /// <summary>A text from a caller. It is compared by its UTF-8 bytes.</summary>
    Text,

    /// <summary>A byte string, such as a hash.</summary>
    Bytes,
}
