namespace IdResolution.Core.Handles;

/// <summary>The rights of an administrator, as the bits of an HS_ADMIN value (RFC 3651 §3.2.1).</summary>
[Flags]
public enum AdminRights
{
    /// <summary>No right at all.</summary>
    None = 0,

    /// <summary>May create handles under the prefix.</summary>
    AddHandle = 0x0001,

    /// <summary>May delete the handle itself.</summary>
    DeleteHandle = 0x0002,

    /// <summary>May create prefixes derived from this one.</summary>
    AddDerivedPrefix = 0x0004,

    /// <summary>May delete prefixes derived from this one.</summary>
    DeleteDerivedPrefix = 0x0008,

    /// <summary>May change values other than HS_ADMIN.</summary>
    ModifyValue = 0x0010,

    /// <summary>May remove values other than HS_ADMIN.</summary>
    RemoveValue = 0x0020,

    /// <summary>May add values other than HS_ADMIN.</summary>
    AddValue = 0x0040,

    /// <summary>May change HS_ADMIN values.</summary>
    ModifyAdmin = 0x0080,

    /// <summary>May remove HS_ADMIN values.</summary>
    RemoveAdmin = 0x0100,

    /// <summary>May add HS_ADMIN values.</summary>
    AddAdmin = 0x0200,

    /// <summary>May read values that only administrators may read.</summary>
    AuthorizedRead = 0x0400,

    /// <summary>May list the handles under the prefix.</summary>
    ListHandles = 0x0800,

    /// <summary>All the rights above.</summary>
    All = 0x0FFF,
}
