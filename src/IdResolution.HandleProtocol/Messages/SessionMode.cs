namespace IdResolution.HandleProtocol.Messages;

/// <summary>How a session comes to its key (RFC 3652 §3.8).</summary>
public enum SessionMode : ushort
{
    /// <summary>It has none.</summary>
    None = 0,

    /// <summary>The server encrypts it for the client's key.</summary>
    ClientKey = 1,

    /// <summary>The client encrypts it for the server's key.</summary>
    ServerKey = 2,

    /// <summary>The server encrypts it for a key found in a handle.</summary>
    HandleKey = 3,

    /// <summary>Both compute it.</summary>
    DiffieHellman = 4,
}
