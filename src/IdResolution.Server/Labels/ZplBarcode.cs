namespace IdResolution.Server.Labels;

/// <summary>A second symbol that holds only the identifier, for scanners that do not open URLs.</summary>
internal enum ZplBarcode
{
    /// <summary>No second symbol.</summary>
    None,

    /// <summary>Code 128. Only for identifiers of printable ASCII.</summary>
    Code128,

    /// <summary>Data Matrix ECC 200.</summary>
    DataMatrix,
}
