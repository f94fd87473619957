using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Sends requests over UDP and over TCP connections that it keeps open. Thread-safe.</summary>
public sealed class HandleTransport : IDisposable
{
    private readonly TransportSettings _settings;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<IPEndPoint, TcpChannel> _channels = new();

    /// <summary>
    /// The servers that connections are being opened to, each with the callers that wait. Lock this object to use it.
    /// The same lock guards the number of connections.
    /// </summary>
    private readonly Dictionary<IPEndPoint, OpeningGate> _opening = [];

    private readonly ITimer _sweep;

    /// <summary>Makes a transport without connections; they are opened when needed.</summary>
    public HandleTransport(TransportSettings? settings = null, TimeProvider? time = null)
    {
        _settings = settings ?? new TransportSettings();
        _time = time ?? TimeProvider.System;
        _sweep = _time.CreateTimer(_ => CloseUnused(), null, _settings.IdleTimeout, _settings.IdleTimeout / 2);
    }

    /// <summary>The number of TCP connections that can take a request now.</summary>
    public int OpenConnections => _channels.Values.Count(channel => channel.IsOpen);

    /// <summary>
    /// Sends a request and waits for its response, at most for <see cref="TransportSettings.RequestTimeout"/>.
    /// </summary>
    /// <param name="server">The server to send to.</param>
    /// <param name="request">The request; a missing expiration is added.</param>
    /// <param name="udpFirst">
    /// True: UDP if the server has it; TCP only if UDP brings no response, or one too long, or the server is too busy
    /// for UDP. False: TCP; UDP only if the server has no TCP.
    /// </param>
    /// <param name="cancel">Cancels the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public async Task<TransportResult> SendAsync(
        HandleServer server,
        HandleRequest request,
        bool udpFirst,
        CancellationToken cancel
    )
    {
        var attempts = new List<TransportAttempt>();
        using var patience = new CancellationTokenSource(_settings.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        var stamped = Stamped(request);
        var answer =
            server.UdpPort is { } udp && BeginsWithUdp(server, stamped, udpFirst)
                ? await AttemptAsync(
                    SiteTransport.Udp,
                    new IPEndPoint(server.Address, udp),
                    end => UdpExchange.RunAsync(end, stamped, _settings, _time, both.Token),
                    attempts,
                    cancel
                )
                : ChannelAnswer.Failed(TransportFailure.Unreachable);
        if (server.TcpPort is { } tcp && NeedsTcp(answer) && !patience.IsCancellationRequested)
        {
            var overTcp = await AttemptAsync(
                SiteTransport.Tcp,
                new IPEndPoint(server.Address, tcp),
                end => OverTcpAsync(end, stamped, both.Token),
                attempts,
                cancel
            );
            answer = Better(answer, overTcp);
        }
        return new TransportResult(answer.Failure, answer.Messages, attempts);
    }

    /// <summary>The request with an expiration; one that has none gets twelve hours.</summary>
    internal HandleRequest Stamped(HandleRequest request) =>
        request.Expiration == 0
            ? request with
            {
                Expiration = (uint)_time.GetUtcNow().AddHours(12).ToUnixTimeSeconds(),
            }
            : request;

    /// <summary>Closes all connections; calls that wait for a response fail.</summary>
    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }
        _channels.Clear();
    }

    private bool BeginsWithUdp(HandleServer server, HandleRequest request, bool udpFirst) =>
        server.TcpPort is null
        || (udpFirst && PacketWriter.CountOf(request.ToMessage(0).Length) <= _settings.MaxUdpPackets);

    private static bool NeedsTcp(ChannelAnswer answer) => answer.Failure != TransportFailure.None || IsBusy(answer);

    /// <summary>The answer to report. A response that the server is busy says more than a failure over TCP.</summary>
    private static ChannelAnswer Better(ChannelAnswer first, ChannelAnswer overTcp) =>
        overTcp.Failure != TransportFailure.None && IsBusy(first) ? first : overTcp;

    /// <summary>Servers limit what they send to UDP addresses, which may be forged. Over TCP no address is.</summary>
    private static bool IsBusy(ChannelAnswer answer) =>
        answer.Messages is [{ Header.ResponseCode: ResponseCode.ServerBusy }];

    private async Task<ChannelAnswer> AttemptAsync(
        SiteTransport transport,
        IPEndPoint server,
        Func<IPEndPoint, Task<ChannelAnswer>> send,
        List<TransportAttempt> attempts,
        CancellationToken cancel
    )
    {
        var start = _time.GetTimestamp();
        ChannelAnswer answer;
        try
        {
            answer = await send(server);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            answer = ChannelAnswer.Failed(TransportFailure.TimedOut);
        }
        attempts.Add(new TransportAttempt(transport, server, _time.GetElapsedTime(start), answer.Failure));
        return answer;
    }

    private async Task<ChannelAnswer> OverTcpAsync(IPEndPoint server, HandleRequest request, CancellationToken cancel)
    {
        if (_channels.TryGetValue(server, out var open) && open.IsOpen)
        {
            var answer = await open.ExchangeAsync(request, cancel);
            if (answer.Failure != TransportFailure.Closed)
            {
                return answer;
            }
            // The server closed a connection that was kept open; the reference implementation does so after each
            // response. The request can be sent again: if it changes something, it was challenged first, and a
            // challenge can be answered only once.
        }
        try
        {
            return await (await OpenAsync(server, open, cancel)).ExchangeAsync(request, cancel);
        }
        catch (SocketException)
        {
            return ChannelAnswer.Failed(TransportFailure.Unreachable);
        }
    }

    /// <summary>Gets a connection other than the failed one. Callers that need one at the same time share it.</summary>
    private async Task<TcpChannel> OpenAsync(IPEndPoint server, TcpChannel? failed, CancellationToken cancel)
    {
        var gate = GateOf(server);
        var entered = false;
        try
        {
            await gate.Turn.WaitAsync(cancel);
            entered = true;
            if (_channels.TryGetValue(server, out var open) && open != failed && open.IsOpen)
            {
                return open;
            }
            using var patience = new CancellationTokenSource(_settings.ConnectTimeout, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
            var made = await TcpChannel.ConnectAsync(server, _settings.MaxContinuedLength, _time, both.Token);
            lock (_opening)
            {
                MakeRoom();
                _channels[server] = made;
            }
            return made;
        }
        finally
        {
            if (entered)
            {
                gate.Turn.Release();
            }
            Leave(server, gate);
        }
    }

    private OpeningGate GateOf(IPEndPoint server)
    {
        lock (_opening)
        {
            if (!_opening.TryGetValue(server, out var gate))
            {
                _opening[server] = gate = new OpeningGate();
            }
            gate.Users++;
            return gate;
        }
    }

    private void Leave(IPEndPoint server, OpeningGate gate)
    {
        lock (_opening)
        {
            if (--gate.Users == 0)
            {
                _opening.Remove(server);
                gate.Turn.Dispose();
            }
        }
    }

    private void MakeRoom()
    {
        while (_channels.Count >= _settings.MaxConnections)
        {
            var (server, channel) = _channels.MaxBy(pair => pair.Value.IsOpen ? pair.Value.Unused : TimeSpan.MaxValue);
            if (channel is null)
            {
                return;
            }
            _channels.TryRemove(new KeyValuePair<IPEndPoint, TcpChannel>(server, channel));
            channel.Retire();
        }
    }

    private void CloseUnused()
    {
        foreach (var (server, channel) in _channels)
        {
            if (!channel.IsOpen || (channel.IsIdle && channel.Unused >= _settings.IdleTimeout))
            {
                _channels.TryRemove(new KeyValuePair<IPEndPoint, TcpChannel>(server, channel));
                channel.Retire();
            }
        }
    }

    /// <summary>Lets one caller at a time connect to a server; the others then share the connection.</summary>
    private sealed class OpeningGate
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Users { get; set; }
    }
}
