namespace IdResolution.HandleProtocol.Wire;

/// <summary>A version of the Handle protocol, such as 2.11. Digests, MACs, ciphers and codes depend on it.</summary>
/// <param name="Major">2 for every version spoken here.</param>
/// <param name="Minor">1 to 11.</param>
public readonly record struct ProtocolVersion(byte Major, byte Minor) : IComparable<ProtocolVersion>
{
    /// <summary>The version implemented here, and the highest one spoken.</summary>
    public static readonly ProtocolVersion Current = new(2, 11);

    /// <summary>The lowest version spoken.</summary>
    public static readonly ProtocolVersion Oldest = new(2, 1);

    /// <inheritdoc/>
    public int CompareTo(ProtocolVersion other) => ((Major << 8) | Minor).CompareTo((other.Major << 8) | other.Minor);

    /// <summary>Compares major, then minor.</summary>
    public static bool operator <(ProtocolVersion left, ProtocolVersion right) => left.CompareTo(right) < 0;

    /// <summary>Compares major, then minor.</summary>
    public static bool operator >(ProtocolVersion left, ProtocolVersion right) => left.CompareTo(right) > 0;

    /// <summary>Compares major, then minor.</summary>
    public static bool operator <=(ProtocolVersion left, ProtocolVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Compares major, then minor.</summary>
    public static bool operator >=(ProtocolVersion left, ProtocolVersion right) => left.CompareTo(right) >= 0;

    /// <summary>True from 2.<paramref name="minor"/> on.</summary>
    public bool IsAtLeast(byte minor) => this >= new ProtocolVersion(2, minor);

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";
}
