namespace IdResolution.Tds.Protocol;

/// <summary>The status bits of a DONE token.</summary>
[Flags]
internal enum DoneStatus : ushort
{
    Final = 0,
    More = 1,
    Error = 2,
    Count = 0x10,
    Attention = 0x20,
}
