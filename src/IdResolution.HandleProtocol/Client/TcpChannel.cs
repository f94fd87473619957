using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>A TCP connection that many requests share. The request id assigns a response to its request.</summary>
internal sealed class TcpChannel : IDisposable
{
    private const int FirstBuffer = 4096;

    /// <summary>
    /// The most bytes received that no request waits for: late responses to cancelled requests. A server that sends
    /// more is disconnected.
    /// </summary>
    private const int MostUnasked = 4 * MessageLimits.MaxMessageLength;

    private readonly Socket _socket;
    private readonly int _maxContinued;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<int, PendingRequest> _pending = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private int _nextId = RandomNumberGenerator.GetInt32(int.MaxValue);
    private int _closed;
    private long _lastUsed;
    private int _unasked;
    private volatile bool _retired;

    private TcpChannel(Socket socket, int maxContinued, TimeProvider time)
    {
        _socket = socket;
        _maxContinued = maxContinued;
        _time = time;
        _lastUsed = time.GetTimestamp();
    }

    /// <summary>True if further requests can be sent.</summary>
    public bool IsOpen => !_retired && Volatile.Read(ref _closed) == 0;

    /// <summary>True if no request waits for a response.</summary>
    public bool IsIdle => _pending.IsEmpty;

    /// <summary>The time since the last request, or the last message that a request waited for.</summary>
    public TimeSpan Unused => _time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>Opens a connection and starts to read from it.</summary>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    public static async Task<TcpChannel> ConnectAsync(
        IPEndPoint server,
        int maxContinued,
        TimeProvider time,
        CancellationToken cancel
    )
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        var channel = new TcpChannel(socket, maxContinued, time);
        _ = channel.ReadAllAsync();
        return channel;
    }

    /// <summary>Sends a request and waits for all messages of its response.</summary>
    public async Task<ChannelAnswer> ExchangeAsync(HandleRequest request, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _nextId) & int.MaxValue;
        var pending = new PendingRequest(request, _maxContinued);
        _pending[id] = pending;
        _lastUsed = _time.GetTimestamp();
        try
        {
            if (Volatile.Read(ref _closed) != 0 || !await TrySendAsync(request.ToMessage(id), cancel))
            {
                return ChannelAnswer.Failed(TransportFailure.Closed);
            }
            return await pending.Answer.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // A server that let one request wait too long gets no further requests.
            Retire();
            throw;
        }
        finally
        {
            _pending.TryRemove(id, out _);
            if (_retired && IsIdle)
            {
                Dispose();
            }
        }
    }

    /// <summary>Accepts no more requests; closes the connection after the last response.</summary>
    public void Retire()
    {
        _retired = true;
        if (IsIdle)
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close(TransportFailure.Closed);

    private async Task<bool> TrySendAsync(byte[] message, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            ReadOnlyMemory<byte> rest = message;
            while (!rest.IsEmpty)
            {
                rest = rest[await _socket.SendAsync(rest, SocketFlags.None, cancel)..];
            }
            return true;
        }
        catch (OperationCanceledException)
        {
            // Half a message may have been sent; nothing can follow it.
            Dispose();
            throw;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Dispose();
            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAllAsync()
    {
        var failure = TransportFailure.Closed;
        try
        {
            var start = new byte[MessageLimits.EnvelopeLength];
            while (await TryFillAsync(start))
            {
                failure = TransportFailure.Malformed;
                if (
                    !Envelope.TryRead(start, out var envelope)
                    || envelope.MessageLength is < MessageLimits.HeaderLength or > MessageLimits.MaxMessageLength
                )
                {
                    break;
                }
                if (
                    await ReadMessageAsync((int)envelope.MessageLength) is not { } bytes
                    || !HandleMessage.TryParse(envelope, bytes, out var message)
                )
                {
                    break;
                }
                failure = TransportFailure.Closed;
                if (!TryDeliver(message))
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection is gone; Close tells the requests that wait.
        }
        Close(failure);
    }

    /// <summary>
    /// Reads <paramref name="length"/> bytes; null if the connection ends before. The buffer grows with the bytes
    /// received, not with the length claimed.
    /// </summary>
    private async Task<byte[]?> ReadMessageAsync(int length)
    {
        var bytes = new byte[Math.Min(length, FirstBuffer)];
        for (
            var filled = 0;
            await TryFillAsync(bytes.AsMemory(filled));
            Array.Resize(ref bytes, Math.Min(length, bytes.Length * 2))
        )
        {
            if (bytes.Length == length)
            {
                return bytes;
            }
            filled = bytes.Length;
        }
        return null;
    }

    private async Task<bool> TryFillAsync(Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = await _socket.ReceiveAsync(buffer, SocketFlags.None);
            if (read == 0)
            {
                return false;
            }
            buffer = buffer[read..];
        }
        return true;
    }

    /// <summary>
    /// Gives a message to the request that waits for it. Messages that no request waits for are dropped, up to a limit.
    /// A server that could not read a request does not know its id; the connection then ends.
    /// </summary>
    private bool TryDeliver(HandleMessage message)
    {
        if (message.Envelope.RequestId == -1 && message.Header.OpCode == OpCode.None && _pending.Count == 1)
        {
            foreach (var only in _pending.Values)
            {
                only.Add(message);
            }
            return false;
        }
        if (_pending.TryGetValue(message.Envelope.RequestId, out var pending))
        {
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
            pending.Add(message);
            return true;
        }
        _unasked += (int)message.Envelope.MessageLength;
        return _unasked <= MostUnasked;
    }

    private void Close(TransportFailure failure)
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _socket.Dispose();
        }
        foreach (var pending in _pending.Values)
        {
            pending.Fail(failure);
        }
    }
}
