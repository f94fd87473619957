namespace IdResolution.Tds.Types;

/// <summary>The data types that this server knows.</summary>
internal enum SqlKind
{
    Bit,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Decimal,
    Real,
    Float,
    Date,
    Time,
    DateTime,
    DateTime2,
    DateTimeOffset,
    UniqueIdentifier,
    Char,
    VarChar,
    NChar,
    NVarChar,
    Binary,
    VarBinary,
}
