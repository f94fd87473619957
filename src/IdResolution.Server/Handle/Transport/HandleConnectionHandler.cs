using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// The Handle protocol on TCP. Messages of a connection are answered in order. Those that arrived together are answered
/// with one flush. Connections stay open until they are idle, even if the client does not ask for it (KPAL).
/// </summary>
internal sealed partial class HandleConnectionHandler(
    HandleService service,
    FastResolution fast,
    HandleConnections connections,
    TrustedProxies proxies,
    TimeProvider time,
    ILogger<HandleConnectionHandler> logger
) : ConnectionHandler
{
    // Requests up to this length are copied if they cross the end of a buffer, so that the fast path can read them.
    private const int ShortRequest = 512;

    private const int MaxUnflushed = 64 * 1024;

    // How long a proxy may take to say whose connection it is.
    private static readonly TimeSpan ProxyPatience = TimeSpan.FromSeconds(5);

    // An attack must not fill the log.
    private readonly RateLimiter _warnings = new(1, time);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (await ClientOfAsync(connection) is not { } client)
        {
            connection.Abort();
            return;
        }
        var peer = new HandlePeer(PeerTransport.Tcp, client);
        using var watched = connections.TryOpen(connection, peer.Source);
        if (watched is null)
        {
            if (_warnings.TryTake(1, out _))
            {
                TooManyConnections(logger, peer.Source, connections.Count);
            }
            connection.Abort();
            return;
        }
        // When the host stops, requests in progress are answered, then the connection ends.
        await using var stopping =
            connection
                .Features.Get<IConnectionLifetimeNotificationFeature>()
                ?.ConnectionClosedRequested.Register(
                    static pipe => ((PipeReader)pipe!).CancelPendingRead(),
                    connection.Transport.Input
                )
            ?? default;
        try
        {
            await ServeAsync(connection, watched, peer);
        }
        catch (Exception e)
            when (e
                    is ConnectionResetException
                        or ConnectionAbortedException
                        or OperationCanceledException
                        or IOException
            )
        {
            // The client is gone or was too slow.
        }
        catch (Exception e)
        {
            // An error in our code must not end anything but this connection.
            ConnectionFailed(logger, e);
        }
        if (watched.HeldTooMuch)
        {
            TooMuchHeld(logger);
        }
    }

    /// <summary>The client's address. Null if it comes from a listed proxy that does not say whose it is.</summary>
    private async ValueTask<IPAddress?> ClientOfAsync(ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!proxies.Has(address))
        {
            return address;
        }
        using var patience = new CancellationTokenSource(ProxyPatience);
        try
        {
            var client = await ProxyHeader.ReadAsync(connection.Transport.Input, address, patience.Token);
            if (client is null && _warnings.TryTake(1, out _))
            {
                NoProxyHeader(logger, connection.RemoteEndPoint);
            }
            return client;
        }
        catch (Exception e) when (e is ConnectionAbortedException or IOException)
        {
            // The proxy looked whether the port is open, and reset the connection.
            return null;
        }
    }

    private async Task ServeAsync(ConnectionContext connection, HandleConnections.Connection watched, HandlePeer peer)
    {
        var input = connection.Transport.Input;
        var output = connection.Transport.Output;
        var sink = new PipeSink(output, watched);
        var pieces = new TcpReassembler();
        while (true)
        {
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            var isOpen = true;
            long rest;
            try
            {
                while (isOpen && TryTake(ref buffer, pieces, out var envelope, out var message, out isOpen))
                {
                    watched.Progress(buffer.Length);
                    if (!TryFast(in envelope, in message, output))
                    {
                        // No cancellation: a client that has closed its sending side still reads. A client that is gone
                        // is noticed on writing.
                        isOpen = await service.AnswerAsync(
                            envelope,
                            message.ToArray(),
                            peer,
                            sink,
                            CancellationToken.None
                        );
                    }
                    else if (output.UnflushedBytes > MaxUnflushed)
                    {
                        // Flushes early, so that large answers to many small requests do not pile up.
                        isOpen = !(await watched.FlushAsync(output)).IsCompleted;
                    }
                    message = default;
                }
                if (pieces.IsBroken && ProxyHeader.Begins(in buffer))
                {
                    proxies.NoteUnlistedHandle(connection.RemoteEndPoint);
                }
            }
            finally
            {
                rest = buffer.Length;
                input.AdvanceTo(buffer.Start, buffer.End);
            }
            if (!isOpen && pieces.IsBroken)
            {
                await sink.SendAsync(HandleService.Undecodable(), CancellationToken.None);
            }
            var flushed = await watched.FlushAsync(output);
            if (!isOpen || flushed.IsCompleted || read.IsCompleted || read.IsCanceled)
            {
                return;
            }
            if (rest + pieces.Held == 0)
            {
                watched.Rest();
            }
            else if (!watched.TryHold(rest + pieces.Held))
            {
                return;
            }
        }
    }

    private bool TryFast(in Envelope envelope, in ReadOnlySequence<byte> message, PipeWriter output)
    {
        if (message.IsSingleSegment)
        {
            return fast.TryAnswer(in envelope, message.FirstSpan, output);
        }
        if (message.Length > ShortRequest)
        {
            return false;
        }
        Span<byte> copy = stackalloc byte[ShortRequest];
        message.CopyTo(copy);
        return fast.TryAnswer(in envelope, copy[..(int)message.Length], output);
    }

    /// <summary>
    /// Takes the next whole message. False if more bytes are needed, or if the connection must end because the bytes
    /// are no message.
    /// </summary>
    private static bool TryTake(
        ref ReadOnlySequence<byte> buffer,
        TcpReassembler pieces,
        out Envelope envelope,
        out ReadOnlySequence<byte> message,
        out bool isOpen
    )
    {
        isOpen = true;
        while (TryReadEnvelope(in buffer, out envelope))
        {
            var length = pieces.LengthOf(in envelope);
            if (length < 0)
            {
                break;
            }
            if (buffer.Length - MessageLimits.EnvelopeLength < length)
            {
                message = default;
                return false;
            }
            message = buffer.Slice(MessageLimits.EnvelopeLength, length);
            buffer = buffer.Slice(message.End);
            if (!envelope.Flags.HasFlag(EnvelopeFlags.Truncated) || pieces.TryComplete(in envelope, ref message))
            {
                return true;
            }
        }
        message = default;
        isOpen = !pieces.IsBroken;
        return false;
    }

    private static bool TryReadEnvelope(in ReadOnlySequence<byte> buffer, out Envelope envelope)
    {
        if (buffer.FirstSpan.Length >= MessageLimits.EnvelopeLength)
        {
            return Envelope.TryRead(buffer.FirstSpan, out envelope);
        }
        if (buffer.Length < MessageLimits.EnvelopeLength)
        {
            envelope = default;
            return false;
        }
        Span<byte> copy = stackalloc byte[MessageLimits.EnvelopeLength];
        buffer.Slice(0, copy.Length).CopyTo(copy);
        return Envelope.TryRead(copy, out envelope);
    }

    [LoggerMessage(
        EventId = 40,
        EventName = "HandleConnectionsFull",
        Level = LogLevel.Warning,
        Message = "A connection of the Handle protocol from {Source} was refused: {Count} are open in all "
            + "(Limits:HandleConnections), or too many from there (Limits:ConnectionsPerSource)."
    )]
    private static partial void TooManyConnections(ILogger logger, NetworkSource source, int count);

    [LoggerMessage(
        EventId = 63,
        EventName = "HandleProxyHeaderMissing",
        Level = LogLevel.Warning,
        Message = "A connection of {Proxy}, which is a listed proxy (ForwardedHeaders:Proxies), was ended: it does "
            + "not begin with the PROXY protocol, version 2 (send-proxy-v2 in HAProxy)."
    )]
    private static partial void NoProxyHeader(ILogger logger, EndPoint? proxy);

    [LoggerMessage(
        EventId = 41,
        EventName = "HandleMessagesHeld",
        Level = LogLevel.Warning,
        Message = "A connection of the Handle protocol was ended: unfinished messages and answers that are not "
            + "taken hold too much memory."
    )]
    private static partial void TooMuchHeld(ILogger logger);

    [LoggerMessage(
        EventId = 42,
        EventName = "HandleConnectionFailed",
        Level = LogLevel.Error,
        Message = "A connection of the Handle protocol failed."
    )]
    private static partial void ConnectionFailed(ILogger logger, Exception cause);
}
