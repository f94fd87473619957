namespace IdResolution.Server.Labels;

/// <summary>The part of a QR code that may be damaged before it becomes unreadable (ISO/IEC 18004).</summary>
internal enum ErrorCorrection
{
    /// <summary>About 7 %.</summary>
    L,

    /// <summary>About 15 %. The default.</summary>
    M,

    /// <summary>About 25 %.</summary>
    Q,

    /// <summary>About 30 %.</summary>
    H,
}
