namespace IdResolution.Tds.Protocol;

/// <summary>Which of the three DONE tokens.</summary>
internal enum DoneKind : byte
{
    Done = 0xFD,
    Procedure = 0xFE,
    InProcedure = 0xFF,
}
