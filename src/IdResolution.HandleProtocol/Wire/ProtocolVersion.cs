namespace IdResolution.HandleProtocol.Wire;

/// <summary>A version of the Handle protocol, such as 2.11; digests, MACs, ciphers and codes depend on it.</summary>
/// <param name="Major">2 for all that is spoken here.</param>
/// <param name="Minor">1 to 11.</param>
public readonly record struct ProtocolVersion(byte Major, byte Minor) : IComparable<ProtocolVersion>
{
    /// <summary>The version implemented, and the highest spoken.</summary>
    public static readonly ProtocolVersion Current = new(2, 11);

    /// <summary>The lowest spoken.</summary>
    public static readonly ProtocolVersion Oldest = new(2, 1);

    /// <inheritdoc/>
    public int CompareTo(ProtocolVersion other) => ((Major << 8) | Minor).CompareTo((other.Major << 8) | other.Minor);

    /// <summary>Orders versions.</summary>
    public static bool operator <(ProtocolVersion left, ProtocolVersion right) => left.CompareTo(right) < 0;

    /// <summary>Orders versions.</summary>
    public static bool operator >(ProtocolVersion left, ProtocolVersion right) => left.CompareTo(right) > 0;

    /// <summary>Orders versions.</summary>
    public static bool operator <=(ProtocolVersion left, ProtocolVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Orders versions.</summary>
    public static bool operator >=(ProtocolVersion left, ProtocolVersion right) => left.CompareTo(right) >= 0;

    /// <summary>True from 2.<paramref name="minor"/> on.</summary>
    public bool IsAtLeast(byte minor) => this >= new ProtocolVersion(2, minor);

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";
}
