namespace IdResolution.Tds.Types;

/// <summary>The data types that this server knows.</summary>
internal enum SqlKind
{
    // In the order of precedence.
    VarBinary,
    NVarChar,
    Bit,
    SmallInt,
    Int,
    BigInt,
    Float,
    DateTime2,
}
