using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Which values of a handle to ask for, and how.</summary>
public sealed record HandleQuery
{
    /// <summary>Asks for all public values.</summary>
    public static HandleQuery All { get; } = new();

    /// <summary>The indexes wanted; with no index and no type, all values are.</summary>
    public IReadOnlyList<int> Indexes { get; init; } = [];

    /// <summary>The types wanted, see <see cref="Values.ValueFilter"/>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>True for values that everybody may read. If false, the server may send a challenge.</summary>
    public bool PublicOnly { get; init; } = true;

    /// <summary>True to ask a primary server and not a cache.</summary>
    public bool Authoritative { get; init; }

    /// <summary>True to let the server ask other servers.</summary>
    public bool Recursive { get; init; }

    internal OpFlags Flags =>
        OpFlags.KeepAlive
        | (PublicOnly ? OpFlags.PublicOnly : 0)
        | (Authoritative ? OpFlags.Authoritative : OpFlags.CacheCertify)
        | (Recursive ? OpFlags.Recursive : 0);
}
