namespace IdResolution.HandleProtocol.Messages;

/// <summary>Flags of an envelope (RFC 3652 §2.2.1.2).</summary>
[Flags]
public enum EnvelopeFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>The message is compressed. No software uses it.</summary>
    Compressed = 0x80,

    /// <summary>The message is encrypted with its session's key.</summary>
    Encrypted = 0x40,

    /// <summary>The message comes in several packets.</summary>
    Truncated = 0x20,
}
