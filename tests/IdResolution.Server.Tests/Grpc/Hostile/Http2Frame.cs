namespace IdResolution.Server.Tests.Grpc.Hostile;

/// <summary>A frame of HTTP/2 (RFC 9113 §4.1).</summary>
internal sealed record Http2Frame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;

    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;

    /// <summary>The error code of a RST_STREAM.</summary>
    public int Code => (Payload[0] << 24) | (Payload[1] << 16) | (Payload[2] << 8) | Payload[3];

    public bool Has(byte flag) => (Flags & flag) != 0;
}
