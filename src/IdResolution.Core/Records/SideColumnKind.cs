namespace IdResolution.Core.Records;

/// <summary>What a column of a side table holds.</summary>
public enum SideColumnKind
{
    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A code of the node's own, which ends in no blank.</summary>
    Code,

    /// <summary>A text that callers choose, compared by its UTF-8 bytes.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Bytes,
}
