using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>What of a handle is wanted, and how.</summary>
public sealed record HandleQuery
{
    /// <summary>All public values.</summary>
    public static HandleQuery All { get; } = new();

    /// <summary>Indexes wanted.</summary>
    public IReadOnlyList<int> Indexes { get; init; } = [];

    /// <summary>Types wanted, see <see cref="Values.ValueFilter"/>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Only values that everybody may read; else the server may challenge.</summary>
    public bool PublicOnly { get; init; } = true;

    /// <summary>From a primary server, and from no cache.</summary>
    public bool Authoritative { get; init; }

    /// <summary>The server may ask others.</summary>
    public bool Recursive { get; init; }

    internal OpFlags Flags =>
        OpFlags.KeepAlive
        | (PublicOnly ? OpFlags.PublicOnly : 0)
        | (Authoritative ? OpFlags.Authoritative : OpFlags.CacheCertify)
        | (Recursive ? OpFlags.Recursive : 0);
}
