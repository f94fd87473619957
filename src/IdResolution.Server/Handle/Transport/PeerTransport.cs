namespace IdResolution.Server.Handle.Transport;

/// <summary>The transport that a message arrived on.</summary>
internal enum PeerTransport
{
    /// <summary>A connection with one message after another.</summary>
    Tcp,

    /// <summary>Packets. Only for queries.</summary>
    Udp,

    /// <summary>A POST with the message as its body.</summary>
    Http,
}
