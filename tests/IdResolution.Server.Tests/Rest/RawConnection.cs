using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IdResolution.Server.Tests.Rest;

/// <summary>A TCP connection on which a test writes its own HTTP/1.1, byte by byte.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client = new();
    private readonly List<byte> _received = [];

    private NetworkStream _stream = null!;

    private RawConnection() { }

    public static async Task<RawConnection> OpenAsync(IPEndPoint to)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(to).WaitAsync(Patience);
        connection._client.NoDelay = true;
        connection._stream = connection._client.GetStream();
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public Task SendAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    /// <summary>Sends a request of a method and an exact target.</summary>
    public Task RequestAsync(string method, string target, string headers = "", string body = "") =>
        SendAsync(
            $"{method} {target} HTTP/1.1\r\nHost: node\r\n{headers}{(body.Length > 0 ? $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n" : "")}\r\n{body}"
        );

    /// <summary>Says that nothing more will be sent, and still listens.</summary>
    public void Finish() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads one answer; null where the connection ends before one.</summary>
    public async Task<Answer?> ReadAsync(bool withoutBody = false)
    {
        int end;
        while ((end = IndexOfHeadersEnd()) < 0)
        {
            if (!await FillAsync())
            {
                return null;
            }
        }
        var lines = Encoding
            .Latin1.GetString([.. _received.Take(end)])
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        _received.RemoveRange(0, end);
        var headers = lines
            .Skip(1)
            .Select(l =>
                KeyValuePair.Create(
                    l[..l.IndexOf(':', StringComparison.Ordinal)],
                    l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
                )
            )
            .ToList();
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var length = headers.Find(h => h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Value;
        var chunked = headers.Exists(h => h.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        var body =
            withoutBody || status is 204 or 304 ? []
            : chunked ? await ChunksAsync()
            : await TakeAsync(int.Parse(length ?? "0", CultureInfo.InvariantCulture));
        return new Answer(status, headers, body);
    }

    public void Dispose() => _client.Dispose();

    private int IndexOfHeadersEnd()
    {
        for (var i = 3; i < _received.Count; i++)
        {
            if (
                _received[i] == '\n'
                && _received[i - 1] == '\r'
                && _received[i - 2] == '\n'
                && _received[i - 3] == '\r'
            )
            {
                return i + 1;
            }
        }
        return -1;
    }

    private async Task<byte[]> ChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            var line = new StringBuilder();
            while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
            {
                line.Append((char)(await TakeAsync(1))[0]);
            }
            var size = int.Parse(line.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange(await TakeAsync(size));
            await TakeAsync(2);
            if (size == 0)
            {
                return [.. body];
            }
        }
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_received.Count < count)
        {
            if (!await FillAsync())
            {
                throw new EndOfStreamException("The node closed the connection within an answer.");
            }
        }
        byte[] taken = [.. _received.Take(count)];
        _received.RemoveRange(0, count);
        return taken;
    }

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[16_384];
        try
        {
            var read = await _stream.ReadAsync(buffer).AsTask().WaitAsync(Patience);
            _received.AddRange(buffer.AsSpan(0, read));
            return read > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
