namespace IdResolution.HandleProtocol.Values;

/// <summary>Rights of an administrator (RFC 3651 §3.2.1).</summary>
[Flags]
public enum AdminPermissions : ushort
{
    /// <summary>No right.</summary>
    None = 0,

    /// <summary>Create handles.</summary>
    AddHandle = 0x0001,

    /// <summary>Delete the handle that the administrator belongs to.</summary>
    DeleteHandle = 0x0002,

    /// <summary>Create prefixes derived from this prefix.</summary>
    AddDerivedPrefix = 0x0004,

    /// <summary>Delete prefixes derived from this prefix.</summary>
    DeleteDerivedPrefix = 0x0008,

    /// <summary>Modify values that are not HS_ADMIN values.</summary>
    ModifyValue = 0x0010,

    /// <summary>Remove values that are not HS_ADMIN values.</summary>
    RemoveValue = 0x0020,

    /// <summary>Add values that are not HS_ADMIN values.</summary>
    AddValue = 0x0040,

    /// <summary>Modify HS_ADMIN values.</summary>
    ModifyAdmin = 0x0080,

    /// <summary>Remove HS_ADMIN values.</summary>
    RemoveAdmin = 0x0100,

    /// <summary>Add HS_ADMIN values.</summary>
    AddAdmin = 0x0200,

    /// <summary>Read values that only administrators may read.</summary>
    AuthorizedRead = 0x0400,

    /// <summary>List the handles of the prefix.</summary>
    ListHandles = 0x0800,

    /// <summary>Every right.</summary>
    All = 0x0FFF,
}
