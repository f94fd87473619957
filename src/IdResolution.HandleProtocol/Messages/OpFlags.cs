namespace IdResolution.HandleProtocol.Messages;

/// <summary>The flags of an operation (RFC 3652 §2.2.2.3).</summary>
[Flags]
public enum OpFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>AUTH: in a request, ask for an authoritative answer; in a response, it is one.</summary>
    Authoritative = 0x80000000,

    /// <summary>CERT: the response must be signed.</summary>
    Certify = 0x40000000,

    /// <summary>ENCR: the response must be encrypted.</summary>
    Encrypt = 0x20000000,

    /// <summary>RECU: recursion is allowed.</summary>
    Recursive = 0x10000000,

    /// <summary>CACR: a certified copy from a cache is enough.</summary>
    CacheCertify = 0x08000000,

    /// <summary>CONT: more messages of this response follow.</summary>
    Continuous = 0x04000000,

    /// <summary>KPAL: keep the connection open.</summary>
    KeepAlive = 0x02000000,

    /// <summary>PUBL: only values that everyone may read are wanted; the server sends no challenge.</summary>
    PublicOnly = 0x01000000,

    /// <summary>RRDG: the response carries a digest of the request.</summary>
    ReturnDigest = 0x00800000,

    /// <summary>OVRW: overwrite a handle or value that exists.</summary>
    Overwrite = 0x00400000,

    /// <summary>MINT: the server makes up a suffix and appends it to the handle.</summary>
    MintSuffix = 0x00200000,

    /// <summary>DNRF: do not refer the client to another service.</summary>
    DoNotRefer = 0x00100000,

    /// <summary>In a response, the values are trusted (CAICT's ID-SDK, which asks for it by 0x2).</summary>
    Trusted = 0x00000001,

    /// <summary>RECU_AUTH (Teleinfo's extension).</summary>
    RecursiveAuthentication = 0x00000004,
}
