namespace IdResolution.HandleProtocol.Security;

/// <summary>How the holder of a secret key proves it. The numbers are those of the wire.</summary>
public enum KeyedDigestKind : byte
{
    /// <summary>MD5 of secret, nonce, digest, secret.</summary>
    Md5 = 0x01,

    /// <summary>SHA-1 of secret, nonce, digest, secret.</summary>
    Sha1 = 0x02,

    /// <summary>SHA-256 of secret, nonce, digest, secret.</summary>
    Sha256 = 0x03,

    /// <summary>HMAC-SHA1 of nonce and digest.</summary>
    HmacSha1 = 0x12,

    /// <summary>HMAC-SHA256 of nonce and digest.</summary>
    HmacSha256 = 0x13,

    /// <summary>
    /// HMAC-SHA1 of nonce and digest, with a key that PBKDF2-HMAC-SHA1 derives from the secret; usual from 2.7 on.
    /// </summary>
    Pbkdf2HmacSha1 = 0x22,
}
