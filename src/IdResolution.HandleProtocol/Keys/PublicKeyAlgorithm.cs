namespace IdResolution.HandleProtocol.Keys;

/// <summary>What a public key is for.</summary>
public enum PublicKeyAlgorithm
{
    /// <summary>Recognised, but nothing here works with it.</summary>
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
