namespace IdResolution.HandleProtocol.Wire;

/// <summary>Sizes that the protocol sets, in bytes if nothing else is said.</summary>
public static class MessageLimits
{
    /// <summary>The envelope of a message or packet.</summary>
    public const int EnvelopeLength = 20;

    /// <summary>The header of a message.</summary>
    public const int HeaderLength = 24;

    /// <summary>The longest message, envelope not counted.</summary>
    public const int MaxMessageLength = 262_144;

    /// <summary>The longest UDP packet, envelope included.</summary>
    public const int MaxPacketLength = 512;

    /// <summary>The data in one UDP packet, envelope not counted.</summary>
    public const int PacketDataLength = MaxPacketLength - EnvelopeLength;

    /// <summary>The most values of one handle.</summary>
    public const int MaxValues = 2_048;

    /// <summary>The longest handle, in UTF-8.</summary>
    public const int MaxHandleLength = 2_048;

    /// <summary>The longest array in a message.</summary>
    public const int MaxArrayLength = 1_048_576;

    /// <summary>The most handles that one message of a list response carries.</summary>
    public const int HandlesPerList = 50;

    /// <summary>The highest recursion count that is accepted, and the usual depth of a walk.</summary>
    public const int MaxRecursion = 10;

    /// <summary>The nonce of a challenge made here.</summary>
    public const int NonceLength = 16;
}
