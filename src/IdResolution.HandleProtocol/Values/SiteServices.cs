namespace IdResolution.HandleProtocol.Values;

/// <summary>What an interface of a server is for.</summary>
[Flags]
public enum SiteServices : byte
{
    /// <summary>Out of service.</summary>
    None = 0,

    /// <summary>Administration.</summary>
    Admin = 1,

    /// <summary>Resolution.</summary>
    Query = 2,

    /// <summary>Both.</summary>
    Both = Admin | Query,
}
