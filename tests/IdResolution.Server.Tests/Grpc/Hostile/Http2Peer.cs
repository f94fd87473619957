using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IdResolution.Server.Tests.Grpc.Hostile;

/// <summary>
/// A client of HTTP/2 that does exactly what it is told, right or wrong: frames are written as given and read one by
/// one.
/// </summary>
internal sealed class Http2Peer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private Http2Peer() { }

    /// <summary>Connects, from an address where one is said, and says nothing.</summary>
    public static async Task<Http2Peer> ConnectAsync(IPEndPoint endPoint, IPAddress? from = null)
    {
        var peer = new Http2Peer();
        if (from is not null)
        {
            peer._socket.Bind(new IPEndPoint(from, 0));
        }
        await peer._socket.ConnectAsync(endPoint).WaitAsync(Patience);
        return peer;
    }

    /// <summary>Connects with preface, settings and a window of 1 MiB for the whole connection.</summary>
    public static async Task<Http2Peer> OpenAsync(
        IPEndPoint endPoint,
        int streamWindow = 65_535,
        IPAddress? from = null
    )
    {
        var peer = await ConnectAsync(endPoint, from);
        await peer.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        // SETTINGS_HEADER_TABLE_SIZE 0, so that headers come in full, and SETTINGS_INITIAL_WINDOW_SIZE.
        byte[] settings = [0, 1, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(8), streamWindow);
        await peer.SendAsync(Http2Frame.Settings, 0, 0, settings);
        await peer.SendAsync(Http2Frame.WindowUpdate, 0, 0, [0, 0x10, 0, 0]);
        return peer;
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes).AsTask().WaitAsync(Patience);

    public Task SendAsync(byte type, byte flags, int stream, byte[] payload) =>
        SendAsync(Frame(type, flags, stream, payload));

    /// <summary>Begins a gRPC call.</summary>
    public Task CallAsync(int stream, string path, bool end = false, params (string Name, string Value)[] headers) =>
        SendAsync(
            Http2Frame.Headers,
            (byte)(Http2Frame.EndHeaders | (end ? Http2Frame.EndStream : 0)),
            stream,
            CallHeaders(path, headers)
        );

    /// <summary>Sends a gRPC message of a stream.</summary>
    public Task MessageAsync(int stream, byte[] message, bool end = true, byte compressed = 0) =>
        SendAsync(Http2Frame.Data, end ? Http2Frame.EndStream : (byte)0, stream, Message(message, compressed));

    /// <summary>A message with its prefix.</summary>
    public static byte[] Message(byte[] message, byte compressed = 0)
    {
        var framed = new byte[5 + message.Length];
        framed[0] = compressed;
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        return framed;
    }

    /// <summary>The header block of a gRPC call, each header a literal without indexing (RFC 7541 §6.2.2).</summary>
    public static byte[] CallHeaders(string path, params (string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        foreach (
            var (name, value) in (IEnumerable<(string, string)>)
                [
                    (":method", "POST"),
                    (":scheme", "http"),
                    (":authority", "node"),
                    (":path", path),
                    ("content-type", "application/grpc"),
                    ("te", "trailers"),
                    .. headers,
                ]
        )
        {
            block.WriteByte(0);
            Text(block, name);
            Text(block, value);
        }
        return block.ToArray();
    }

    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>
    /// The next frame, settings and pings acknowledged on the way; null where the node closed the connection.
    /// </summary>
    public async Task<Http2Frame?> ReadAsync()
    {
        while (true)
        {
            var head = await ExactlyAsync(9);
            if (head is null || await ExactlyAsync((head[0] << 16) | (head[1] << 8) | head[2]) is not { } payload)
            {
                return null;
            }
            var frame = new Http2Frame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
            if (frame.Type is Http2Frame.Settings or Http2Frame.Ping && !frame.Has(Http2Frame.Ack))
            {
                await SendAsync(frame.Type, Http2Frame.Ack, 0, frame.Type == Http2Frame.Ping ? payload : []);
            }
            else if (frame.Type is not (Http2Frame.Settings or Http2Frame.Ping))
            {
                return frame;
            }
        }
    }

    /// <summary>Sends a ping and reads until it is answered: then the node has seen all that was sent before.</summary>
    public async Task PingAsync()
    {
        await SendAsync(Http2Frame.Ping, 0, 0, new byte[8]);
        while (await ExactlyAsync(9) is { } head)
        {
            await ExactlyAsync((head[0] << 16) | (head[1] << 8) | head[2]);
            if (head[3] == Http2Frame.Ping && (head[4] & Http2Frame.Ack) != 0)
            {
                return;
            }
        }
    }

    /// <summary>Breaks the connection off, with a reset of TCP.</summary>
    public void ResetConnection()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>
    /// Reads until a stream ends, and gives the text of its last header block (<c>grpc-status</c> stands in it
    /// unindexed) or <c>RST n</c>.
    /// </summary>
    public async Task<string> EndAsync(int stream)
    {
        while (await ReadAsync() is { } frame)
        {
            if (frame.Type == Http2Frame.GoAway && frame.Code != 0)
            {
                return "GOAWAY";
            }
            if (frame.Stream == stream && frame.Type == Http2Frame.Reset)
            {
                return $"RST {frame.Code}";
            }
            if (frame.Stream == stream && frame.Type == Http2Frame.Headers && frame.Has(Http2Frame.EndStream))
            {
                return StatusIn(frame.Payload);
            }
        }
        return "closed";
    }

    /// <summary>Reads until the node closes the connection.</summary>
    public async Task ClosedAsync()
    {
        while (await ReadAsync() is not null) { }
    }

    /// <summary>
    /// The gRPC status in a header block of this server, which never compresses it with Huffman codes.
    /// </summary>
    public static string StatusIn(byte[] block)
    {
        var at = block.AsSpan().IndexOf("\vgrpc-status"u8); // its length, since other names begin so
        if (at < 0)
        {
            return "no grpc-status";
        }
        var length = block[at + 12];
        return "status " + Encoding.ASCII.GetString(block, at + 13, length);
    }

    private async Task<byte[]?> ExactlyAsync(int length)
    {
        var bytes = new byte[length];
        var read = 0;
        while (read < length)
        {
            int n;
            try
            {
                n = await _socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(Patience);
            }
            catch (SocketException)
            {
                return null;
            }
            if (n == 0)
            {
                return null;
            }
            read += n;
        }
        return bytes;
    }

    private static void Text(MemoryStream block, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var rest = bytes.Length;
        // An integer with a prefix of seven bits (RFC 7541 §5.1).
        if (rest < 127)
        {
            block.WriteByte((byte)rest);
        }
        else
        {
            block.WriteByte(127);
            for (rest -= 127; rest >= 128; rest >>= 7)
            {
                block.WriteByte((byte)(rest | 0x80));
            }
            block.WriteByte((byte)rest);
        }
        block.Write(bytes);
    }

    public void Dispose() => _socket.Dispose();
}
