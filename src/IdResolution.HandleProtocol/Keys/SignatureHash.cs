namespace IdResolution.HandleProtocol.Keys;

/// <summary>The hash that a signature is made over.</summary>
public enum SignatureHash
{
    /// <summary>A hash that is not accepted in signatures, such as MD5.</summary>
    Unknown,

    /// <summary>SHA-1: used by versions before 2.7, and with DSA keys before 2.11.</summary>
    Sha1,

    /// <summary>SHA-256: used from 2.7 on, and with DSA keys from 2.11 on.</summary>
    Sha256,

    /// <summary>SM3, used with SM2 keys (Teleinfo's dialect).</summary>
    Sm3,
}
