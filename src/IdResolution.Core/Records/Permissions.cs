namespace IdResolution.Core.Records;

/// <summary>Permission bits of a Handle value (RFC 3651 §3.1).</summary>
[Flags]
public enum Permissions : byte
{
    /// <summary>Nobody may read or write.</summary>
    None = 0,

    /// <summary>Everyone may write.</summary>
    PublicWrite = 1,

    /// <summary>Everyone may read.</summary>
    PublicRead = 2,

    /// <summary>Administrators may write.</summary>
    AdminWrite = 4,

    /// <summary>Administrators may read.</summary>
    AdminRead = 8,
}
