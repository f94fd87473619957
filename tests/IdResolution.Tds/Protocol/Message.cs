namespace IdResolution.Tds.Protocol;

/// <summary>A whole message, put together from its packets.</summary>
internal sealed record Message(PacketType Type, byte Status, byte[] Payload)
{
    private const byte IgnoreBit = 0x02;
    private const byte ResetBits = 0x08 | 0x10;

    /// <summary>The client gave the message up half-way.</summary>
    public bool IsIgnored => (Status & IgnoreBit) != 0;

    /// <summary>The connection comes from the client's pool: what the last user left is undone first.</summary>
    public bool ResetsConnection => (Status & ResetBits) != 0;
}
