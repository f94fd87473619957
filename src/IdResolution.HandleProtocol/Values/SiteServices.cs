namespace IdResolution.HandleProtocol.Values;

/// <summary>What an interface of a server serves.</summary>
[Flags]
public enum SiteServices : byte
{
    /// <summary>Out of service.</summary>
    None = 0,

    /// <summary>Administration.</summary>
    Admin = 1,

    /// <summary>Resolution.</summary>
    Query = 2,

    /// <summary>Administration and resolution.</summary>
    Both = Admin | Query,
}
