namespace IdResolution.Tds.Language;

/// <summary>What a statement does, by the numbers that DONE tokens give it.</summary>
internal enum QueryKind : ushort
{
    Other = 0,
    Select = 0xC1,
    Insert = 0xC3,
    Delete = 0xC4,
    Update = 0xC5,
}
