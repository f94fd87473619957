namespace IdResolution.Server.Labels;

/// <summary>How much of a QR code may be damaged and still be read (ISO/IEC 18004).</summary>
internal enum ErrorCorrection
{
    /// <summary>About 7 %.</summary>
    L,

    /// <summary>About 15 %, the default.</summary>
    M,

    /// <summary>About 25 %.</summary>
    Q,

    /// <summary>About 30 %.</summary>
    H,
}
