namespace IdResolution.HandleProtocol.Security;

/// <summary>The cipher that a session key is for; the numbers are those of the wire.</summary>
public enum SessionKeyAlgorithm
{
    /// <summary>DES, of clients before 2.2.</summary>
    Des = 1,

    /// <summary>DES three times (DESede).</summary>
    TripleDes = 2,

    /// <summary>AES; its key may be longer than the 16 bytes that the cipher takes of it.</summary>
    Aes = 3,

    /// <summary>SM4 (Teleinfo's dialect).</summary>
    Sm4 = 4,
}
