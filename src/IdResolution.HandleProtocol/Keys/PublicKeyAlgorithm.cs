namespace IdResolution.HandleProtocol.Keys;

/// <summary>The kind of a public key, and what it can be used for.</summary>
public enum PublicKeyAlgorithm
{
    /// <summary>A kind that is recognised but not supported.</summary>
    Other,

    /// <summary>RSA: signatures (PKCS#1 v1.5) and session keys.</summary>
    Rsa,

    /// <summary>DSA: signatures.</summary>
    Dsa,

    /// <summary>Diffie-Hellman: session keys.</summary>
    DiffieHellman,

    /// <summary>SM2: signatures (GB/T 32918.2).</summary>
    Sm2,
}
