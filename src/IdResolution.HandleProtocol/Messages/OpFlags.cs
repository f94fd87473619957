namespace IdResolution.HandleProtocol.Messages;

/// <summary>Flags of an operation (RFC 3652 §2.2.2.3).</summary>
[Flags]
public enum OpFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>AUTH: an authoritative answer is wanted, or given.</summary>
    Authoritative = 0x80000000,

    /// <summary>CERT: the response must be signed.</summary>
    Certify = 0x40000000,

    /// <summary>ENCR: the response must be encrypted.</summary>
    Encrypt = 0x20000000,

    /// <summary>RECU: recursion is allowed.</summary>
    Recursive = 0x10000000,

    /// <summary>CACR: a certified copy from a cache will do.</summary>
    CacheCertify = 0x08000000,

    /// <summary>CONT: the response goes on in more messages.</summary>
    Continuous = 0x04000000,

    /// <summary>KPAL: keep the connection open.</summary>
    KeepAlive = 0x02000000,

    /// <summary>PUBL: public values only, no challenge.</summary>
    PublicOnly = 0x01000000,

    /// <summary>RRDG: the response carries a digest of the request.</summary>
    ReturnDigest = 0x00800000,

    /// <summary>OVRW: overwrite what exists.</summary>
    Overwrite = 0x00400000,

    /// <summary>MINT: the server appends a new suffix.</summary>
    MintSuffix = 0x00200000,

    /// <summary>DNRF: do not refer to another service.</summary>
    DoNotRefer = 0x00100000,

    /// <summary>RECU_AUTH (Teleinfo's extension).</summary>
    RecursiveAuthentication = 0x00000004,
}
