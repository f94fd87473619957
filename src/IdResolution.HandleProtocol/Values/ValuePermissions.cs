namespace IdResolution.HandleProtocol.Values;

/// <summary>Permission bits of a value (RFC 3651 §3.1).</summary>
[Flags]
public enum ValuePermissions : byte
{
    /// <summary>No right.</summary>
    None = 0,

    /// <summary>Everyone may write.</summary>
    PublicWrite = 1,

    /// <summary>Everyone may read.</summary>
    PublicRead = 2,

    /// <summary>Administrators may write.</summary>
    AdminWrite = 4,

    /// <summary>Administrators may read.</summary>
    AdminRead = 8,

    /// <summary>The permissions of a value that sets none: 1110.</summary>
    Usual = AdminRead | AdminWrite | PublicRead,
}
