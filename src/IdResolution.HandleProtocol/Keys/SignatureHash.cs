namespace IdResolution.HandleProtocol.Keys;

/// <summary>The hash under a signature.</summary>
public enum SignatureHash
{
    /// <summary>One that signatures are not accepted with, MD5 among them.</summary>
    Unknown,

    /// <summary>SHA-1; what versions before 2.7 and DSA before 2.11 use.</summary>
    Sha1,

    /// <summary>SHA-256.</summary>
    Sha256,

    /// <summary>SM3, with SM2 (Teleinfo's dialect).</summary>
    Sm3,
}
