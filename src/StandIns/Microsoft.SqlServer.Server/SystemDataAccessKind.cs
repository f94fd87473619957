namespace Microsoft.SqlServer.Server;

/// <summary>Whether a CLR method or function reads the system catalogs or virtual system tables.</summary>
public enum SystemDataAccessKind
{
    /// <summary>It reads no system data.</summary>
    None = 0,

    /// <summary>It reads system data.</summary>
    Read = 1,
}
