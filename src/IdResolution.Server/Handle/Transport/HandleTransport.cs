namespace IdResolution.Server.Handle.Transport;

/// <summary>What a message came by.</summary>
internal enum HandleTransport
{
    /// <summary>A connection, on which messages follow each other.</summary>
    Tcp,

    /// <summary>Packets; for queries alone.</summary>
    Udp,

    /// <summary>A POST with the message as its body.</summary>
    Http,
}
