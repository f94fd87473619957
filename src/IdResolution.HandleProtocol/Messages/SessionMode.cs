namespace IdResolution.HandleProtocol.Messages;

/// <summary>How the sides of a session agree on its key (RFC 3652 §3.8).</summary>
public enum SessionMode : ushort
{
    /// <summary>The session has no key.</summary>
    None = 0,

    /// <summary>The server encrypts the key with the client's public key.</summary>
    ClientKey = 1,

    /// <summary>The client encrypts the key with the server's public key.</summary>
    ServerKey = 2,

    /// <summary>The server encrypts the key with a public key found in a handle.</summary>
    HandleKey = 3,

    /// <summary>Both sides compute the key.</summary>
    DiffieHellman = 4,
}
