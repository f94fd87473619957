namespace IdResolution.Server.Labels;

/// <summary>A symbol with the bare identifier beside the QR code, for scanners that do not follow URLs.</summary>
internal enum ZplBarcode
{
    /// <summary>The QR code only.</summary>
    None,

    /// <summary>Code 128; identifiers of printable ASCII only.</summary>
    Code128,

    /// <summary>Data Matrix ECC 200.</summary>
    DataMatrix,
}
