namespace IdResolution.HandleProtocol.Security;

/// <summary>The cipher that a session key is for. The numbers are those of the wire.</summary>
public enum SessionKeyAlgorithm
{
    /// <summary>DES, for clients before 2.2.</summary>
    Des = 1,

    /// <summary>Triple DES (DESede).</summary>
    TripleDes = 2,

    /// <summary>AES with 128 bits. The session key may be longer; the cipher uses its first 16 bytes.</summary>
    Aes = 3,

    /// <summary>SM4 (Teleinfo's dialect).</summary>
    Sm4 = 4,
}
