namespace IdResolution.HandleProtocol.Wire;

/// <summary>Sizes that the protocol sets.</summary>
public static class MessageLimits
{
    /// <summary>Bytes of a message's envelope.</summary>
    public const int EnvelopeLength = 20;

    /// <summary>Bytes of a message's header.</summary>
    public const int HeaderLength = 24;

    /// <summary>The longest message, envelope not counted.</summary>
    public const int MaxMessageLength = 262_144;

    /// <summary>The longest UDP packet, envelope included.</summary>
    public const int MaxPacketLength = 512;

    /// <summary>Message bytes in one UDP packet.</summary>
    public const int PacketDataLength = MaxPacketLength - EnvelopeLength;

    /// <summary>The most values of a handle.</summary>
    public const int MaxValues = 2_048;

    /// <summary>The longest handle in bytes.</summary>
    public const int MaxHandleLength = 2_048;

    /// <summary>The longest array in a message.</summary>
    public const int MaxArrayLength = 1_048_576;

    /// <summary>Handles in one message of a list.</summary>
    public const int HandlesPerList = 50;

    /// <summary>The deepest recursion.</summary>
    public const int MaxRecursion = 10;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 16;
}
