namespace Microsoft.SqlServer.Server;

/// <summary>Whether a CLR method or function reads user data held in the server.</summary>
public enum DataAccessKind
{
    /// <summary>It reads no user data.</summary>
    None = 0,

    /// <summary>It reads user data.</summary>
    Read = 1,
}
