using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Limits of connections, of time, and of what is sent to forged sources.</summary>
[TestFixture]
internal sealed class HandleLimitTests
{
    [Test]
    public async Task Connections_BeyondTheLimitOrIdle_Ended()
    {
        await using var node = await TestNode.StartAsync(options =>
            (options.Limits.HandleConnections, options.Limits.HandleIdleSeconds) = (2, 2)
        );
        using var one = await HandleWire.ConnectAsync(node.HandleEndPoint);
        using var two = await HandleWire.ConnectAsync(node.HandleEndPoint);
        await one.SendAsync(HandleWire.Resolution("0"));
        // Sent at once: on a busy machine the connection may be idle for long before a test sends more.
        byte[] oneAndABit = [.. HandleWire.Resolution("0"), .. HandleWire.Resolution("0").AsSpan(0, 30)];
        await two.SendAsync(oneAndABit);
        Assert.That(await one.ReadAsync(), Is.Not.Null);
        Assert.That(await two.ReadAsync(), Is.Not.Null);

        Assert.That(await IsRefusedAsync(), "beyond the limit");
        Assert.That(await one.ReadAsync(), Is.Null, "idle");
        Assert.That(await two.ReadAsync(), Is.Null, "half a message");

        // A client sees the end before the node has counted it.
        Assert.That(() => node.Services.GetRequiredService<HandleConnections>().Count, Is.Zero.After(60_000, 20));
        using var four = await HandleWire.ConnectAsync(node.HandleEndPoint);
        await four.SendAsync(HandleWire.Resolution("0"));
        Assert.That(await four.ReadAsync(), Is.Not.Null, "there is room again");

        async Task<bool> IsRefusedAsync()
        {
            try
            {
                using var three = await HandleWire.ConnectAsync(node.HandleEndPoint);
                return await three.ReadAsync() is null;
            }
            catch (SocketException)
            {
                // Reset before the handshake was seen.
                return true;
            }
        }
    }

    [TestCase(0)]
    [TestCase(10)]
    [TestCase(50)]
    public async Task Connection_ThatSendsNothingOrHalfAMessage_IsEnded(int bytes)
    {
        await using var node = await TestNode.StartAsync(options => options.Limits.HandleIdleSeconds = 1);
        using var wire = await HandleWire.ConnectAsync(node.HandleEndPoint);
        await wire.SendAsync(HandleWire.Resolution($"{TestNode.Prefix}/x").AsMemory(0, bytes));

        Assert.That(await wire.ReadAsync(), Is.Null);
        Assert.That(() => node.Services.GetRequiredService<HandleConnections>().Count, Is.Zero.After(60_000, 20));
    }

    [Test]
    public void Budget_OfASource_IsUsedUpAndFlowsBack()
    {
        var time = new SlidingTime();
        var budget = new AmplificationLimiter(time);
        var (source, other, loopback) = (Source("203.0.113.5"), Source("203.0.113.6"), Source("127.0.0.1"));
        const int Request = 100;

        Assert.That(
            budget.TryTake(source, Request, AmplificationLimiter.Factor * Request),
            Is.True,
            "three times the request costs nothing"
        );
        var taken = 0;
        while (budget.TryTake(source, Request, 200_000))
        {
            taken++;
        }

        Assert.That(taken, Is.EqualTo(AmplificationLimiter.BucketBytes / 200_000), "all of an answer counts");
        Assert.That(budget.TryTake(source, Request, AmplificationLimiter.Factor * Request), Is.True);
        Assert.That(budget.TryTake(other, Request, 200_000), Is.True);
        Assert.That(Enumerable.Range(0, 100).All(_ => budget.TryTake(loopback, Request, 200_000)), Is.True);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(budget.TryTake(source, Request, 200_000), Is.True);
    }

    [Test]
    public async Task Proofs_OfOneNetworkHoweverMany_LetOthersPassInTurn()
    {
        var gate = new CryptoThrottle();
        var first = new TaskCompletionSource();
        var order = new ConcurrentQueue<string>();
        Task<bool> Run(string address, string name, PeerTransport transport = PeerTransport.Tcp) =>
            gate.RunAsync(
                    new HandlePeer(transport, IPAddress.Parse(address)),
                    async () =>
                    {
                        await first.Task;
                        order.Enqueue(name);
                        return true;
                    },
                    default
                )
                .AsTask();
        var running = Enumerable
            .Range(0, Math.Max(1, Environment.ProcessorCount / 2))
            .Select(_ => Run("192.0.2.9", "r"));
        var all = running.ToList();

        var packets = Enumerable.Range(0, 40).Select(i => Run($"198.51.100.{i}", "UDP", PeerTransport.Udp)).ToList();
        var attackers = Enumerable.Range(0, 210).Select(_ => Run("192.0.2.1", "attacker")).ToList();
        var honest = Enumerable.Range(0, 3).Select(_ => Run("192.0.2.2", "honest")).ToList();
        Assert.That(packets.Count(p => p.IsFaulted), Is.EqualTo(20), "sources that may be forged are one");
        Assert.That(attackers.Count(p => p.IsFaulted), Is.EqualTo(210 - CryptoThrottle.MaxWaitingEach));
        first.SetResult();
        await Task.WhenAll(honest);

        await Task.WhenAll(all.Concat(packets.Concat(attackers).Where(p => !p.IsFaulted)));
        var names = order.ToList();
        Assert.That(
            names.Take(names.LastIndexOf("honest")).Count(name => name is "attacker"),
            Is.LessThanOrEqualTo(5),
            "they take turns"
        );
        Assert.That(
            packets.Concat(attackers).Where(p => p.IsFaulted).All(p => p.Exception!.InnerException is BusyException)
        );
    }

    [Test]
    public async Task Proofs_WaitingFromManyNetworks_MakeRoomForANewcomer()
    {
        var gate = new CryptoThrottle();
        var first = new TaskCompletionSource<bool>();
        Task<bool> Run(int network, CancellationToken stop = default) =>
            gate.RunAsync(
                    new HandlePeer(PeerTransport.Tcp, new IPAddress([192, 0, 2, (byte)network])),
                    async () => await first.Task,
                    stop
                )
                .AsTask();
        var running = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2)).Select(_ => Run(0)).ToList();
        var attackers = Enumerable.Range(0, CryptoThrottle.MaxWaiting).Select(i => Run(1 + (i % 4))).ToList();
        using var stop = new CancellationTokenSource();
        var gone = Run(98, stop.Token);
        await stop.CancelAsync();
        Assert.That(async () => await gone, Throws.InstanceOf<OperationCanceledException>());

        var newcomer = Run(99);
        Assert.That(attackers.Count(p => p.IsFaulted), Is.EqualTo(1), "the place of the one who left was free");
        var others = Enumerable
            .Range(0, 10_000)
            .Select(i =>
                gate.RunAsync(
                        NetworkSource.Of(new IPAddress([10, 0, (byte)(i >> 8), (byte)i])),
                        async () => await first.Task,
                        default
                    )
                    .AsTask()
            )
            .ToList();
        Assert.That(others.Count(task => task.IsFaulted), Is.GreaterThan(9_000));
        // The one who left is remembered until its turn comes.
        Assert.That(gate.Networks, Is.LessThanOrEqualTo(CryptoThrottle.MaxWaiting + 1), "who is refused is forgotten");
        first.SetResult(true);

        Assert.That(await newcomer, Is.True);
        await Task.WhenAll(running.Concat(attackers.Where(p => !p.IsFaulted)));
        Assert.That(await gate.RunAsync(default(NetworkSource), () => ValueTask.FromResult(true), default), Is.True);
    }

    [Test]
    public async Task Proofs_GivenUpJustWhenTheirTurnComes_GiveTheirPlaceOn()
    {
        var gate = new CryptoThrottle();
        var places = Math.Max(1, Environment.ProcessorCount / 2);
        for (var i = 0; i < 500; i++)
        {
            var first = new TaskCompletionSource<bool>();
            var stops = Enumerable.Range(0, 40).Select(_ => new CancellationTokenSource()).ToList();
            Task Run(CancellationToken token) =>
                gate.RunAsync(default(NetworkSource), async () => await first.Task, token).AsTask();
            var running = Enumerable.Range(0, places).Select(_ => Run(default)).ToList();
            var waiting = stops.ConvertAll(stop => Run(stop.Token));

            await Task.WhenAll(
                Task.Run(() => first.SetResult(true)),
                Task.Run(() => stops.ForEach(stop => stop.Cancel()))
            );

            foreach (var run in running.Concat(waiting))
            {
                await run.WaitAsync(TimeSpan.FromMinutes(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            stops.ForEach(stop => stop.Dispose());
        }
        // A place that was lost would keep this one waiting for ever.
        var free = new TaskCompletionSource<bool>();
        var all = Enumerable
            .Range(0, places)
            .Select(_ => gate.RunAsync(default(NetworkSource), async () => await free.Task, default).AsTask())
            .ToList();
        var last = gate.RunAsync(default(NetworkSource), () => ValueTask.FromResult(true), default).AsTask();
        free.SetResult(true);
        Assert.That(await last.WaitAsync(TimeSpan.FromMinutes(1)), Is.True);
        await Task.WhenAll(all);
    }

    [Test]
    public void Challenge_AnsweredTooLate_IsNoLongerKnown()
    {
        var time = new SlidingTime();
        var store = new ChallengeStore(time);
        var message = new HandleMessage
        {
            Envelope = default,
            Header = default,
            Content = new byte[24],
        };
        PendingChallenge Pending() =>
            new(message, [], default, time.GetTimestamp(), new HandlePeer(PeerTransport.Tcp, IPAddress.Loopback));
        var late = store.Add(Pending());
        time.Advance(PendingChallenge.Life + TimeSpan.FromSeconds(1));
        var intime = store.Add(Pending());

        Assert.That(store.Take(late), Is.Null);
        Assert.That(store.Take(intime), Is.Not.Null);
        Assert.That(store.Take(intime), Is.Null);
        var ids = Enumerable.Range(0, 10_000).Select(_ => store.Add(Pending())).ToList();
        Assert.That(ids.Count(id => id != 0), Is.EqualTo(1_000), "one source has a twentieth of the places");
        time.Advance(PendingChallenge.Life + TimeSpan.FromSeconds(1));
        Assert.That(store.Add(Pending()), Is.Not.Zero);
    }

    [TestCase("203.0.113.5", "203.0.113.6")]
    [TestCase("2001:db8::1", "2001:db8:0:1::1")]
    public void Challenges_OfLargeRequests_LeaveRoomForOthers(string source, string other)
    {
        var time = new SlidingTime();
        var store = new ChallengeStore(time);
        int Add(string address, PeerTransport transport, int bytes) =>
            store.Add(
                new PendingChallenge(
                    new HandleMessage
                    {
                        Envelope = default,
                        Header = default,
                        Content = new byte[bytes],
                    },
                    [],
                    default,
                    time.GetTimestamp(),
                    new HandlePeer(transport, IPAddress.Parse(address))
                )
            );

        Assert.That(
            Enumerable.Range(0, 100).Count(_ => Add(source, PeerTransport.Tcp, 262_144) != 0),
            Is.EqualTo(31),
            "an eighth of 64 MiB"
        );
        Assert.That(
            Add(source.Contains(':', StringComparison.Ordinal) ? source + "2" : source, PeerTransport.Tcp, 262_144),
            Is.Zero,
            "the same machine"
        );
        Assert.That(Add(other, PeerTransport.Tcp, 262_144), Is.Not.Zero);
        Assert.That(
            Enumerable.Range(0, 3_000).Count(i => Add($"198.51.100.{i % 250}", PeerTransport.Udp, 100) != 0),
            Is.EqualTo(2_000),
            "what may be forged has a tenth"
        );
        Assert.That(Add(other, PeerTransport.Tcp, 100), Is.Not.Zero);
    }

    [Test]
    public void Packets_OfMessagesThatAreNeverWhole_LeaveRoomForOthers()
    {
        var table = new UdpReassembler(new SlidingTime());
        var message = HandleWire.Message(
            OpCode.Resolution,
            new ResolutionRequest("88.300.1/x", [], [.. Enumerable.Range(0, 100).Select(i => $"TYPE{i}")]).Write
        );
        Assert.That(PacketWriter.CountOf(message.Length), Is.EqualTo(3));
        bool TryComplete(int requestId, int sequence, SocketAddress source, out UdpReassembler.Whole? whole)
        {
            var packet = new byte[MessageLimits.MaxPacketLength];
            var length = PacketWriter.Write(message, sequence, truncatedFlag: true, packet);
            Envelope.TryRead(packet, out var envelope);
            return table.TryComplete(
                envelope with
                {
                    RequestId = requestId,
                },
                packet.AsSpan(20, length - 20),
                source,
                out whole,
                out _
            );
        }
        var (forged, other) = (Source("203.0.113.5"), Source("203.0.113.6"));
        void Forge(int from, int count) =>
            Assert.That(Enumerable.Range(from, count).Count(i => TryComplete(i, 0, forged, out _)), Is.Zero);

        Forge(1, 2_000);
        Assert.That(TryComplete(1, 2, other, out _), Is.False);
        Forge(3_000, 500);
        Assert.That(TryComplete(1, 1, other, out _), Is.False);
        Forge(4_000, 500);
        Assert.That(TryComplete(1, 0, other, out var whole), Is.True);
        Assert.That(whole!.Message, Is.EqualTo(message[20..]));

        Assert.That(TryComplete(2, 2, other, out _) || TryComplete(2, 1, other, out _), Is.False);
        Forge(5_000, 1_100);
        Assert.That(TryComplete(2, 0, other, out _), Is.False, "what all hold is bounded");
    }

    [Test]
    public async Task Answers_ThatNobodyTakes_AreHeldWithinABudget()
    {
        await using var node = await TestNode.StartAsync();
        var values = string.Join(
            ',',
            Enumerable
                .Range(1, 40)
                .Select(i => $$"""{"index":{{i}},"type":"DATA","data":"{{new string('x', 5_000)}}"}""")
        );
        var handle = node.NewId();
        Assert.That(
            (
                await node.SendAsync(
                    Role.Registrar,
                    "POST",
                    "/api/v1/identifiers",
                    $$"""{"identifier":"{{handle}}","values":[{{values}}]}"""
                )
            ).Status,
            Is.EqualTo(201)
        );
        node.Services.GetRequiredService<HandleConnections>().MaxHeld = 1_000_000;
        byte[] Together(int count) => [.. Enumerable.Repeat(HandleWire.Resolution(handle), count).SelectMany(r => r)];

        // What waits at one time, some 270 KB, fits the budget; what was taken no longer counts.
        for (var i = 0; i < 5; i++)
        {
            using var reading = await HandleWire.ConnectAsync(node.HandleEndPoint);
            await reading.SendAsync(Together(20));
            for (var read = 0; read < 20; read++)
            {
                Assert.That((await reading.ReadAsync())?.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
            }
        }
        Assert.That(Ended(), Is.Zero);

        // Of ten connections that do not read at most three fit.
        var silent = new List<HandleWire>();
        for (var i = 0; i < 10; i++)
        {
            silent.Add(await HandleWire.ConnectAsync(node.HandleEndPoint));
            await silent[i].SendAsync(Together(1_000));
        }
        Assert.That(Ended, Is.GreaterThanOrEqualTo(7).After(60_000, 50));
        using var next = await HandleWire.ConnectAsync(node.HandleEndPoint);
        await next.SendAsync(HandleWire.Resolution("0"));
        Assert.That(await next.ReadAsync(), Is.Not.Null);
        silent.ForEach(wire => wire.Dispose());

        int Ended() => node.Log.Texts.Count(text => text.Contains("HandleMessagesHeld", StringComparison.Ordinal));
    }

    [Test]
    public async Task Answers_BeyondTheBudgetOfAUdpSource_AreRefusedShortly()
    {
        await using var node = await TestNode.StartAsync();
        var handle = node.NewId();
        Assert.That(
            (
                await node.SendAsync(
                    Role.Registrar,
                    "POST",
                    "/api/v1/identifiers",
                    $$"""{"identifier":"{{handle}}","values":[{"index":1,"type":"DATA","data":"{{new string('x', 30_000)}}"}]}"""
                )
            ).Status,
            Is.EqualTo(201)
        );
        var time = new SlidingTime();
        var services = node.Services;
        using var udp = new HandleUdp(
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<HandleService>(),
            services.GetRequiredService<FastResolution>(),
            new AmplificationLimiter(time) { ExemptsLoopback = false },
            NullLogger<HandleUdp>.Instance
        );
        udp.Start(new IPEndPoint(IPAddress.Loopback, 0), anyPort: true);
        using var packets = new HandlePackets(udp.Port);
        var request = HandleWire.Resolution(handle, requestId: 7);

        var answers = 0;
        HandleMessage busy;
        while ((busy = packets.Ask(request)).Header.ResponseCode == ResponseCode.Success && answers < 1_000)
        {
            answers++;
        }
        var small = packets.Ask(HandleWire.Resolution($"{TestNode.Prefix}/none"));
        time.Advance(TimeSpan.FromSeconds(10));
        var later = packets.Ask(request);

        Assert.That(answers, Is.GreaterThanOrEqualTo(AmplificationLimiter.BucketBytes / 30_100));
        Assert.That(
            (busy.Header.ResponseCode, busy.Header.OpCode, busy.Envelope.RequestId),
            Is.EqualTo((ResponseCode.ServerBusy, OpCode.Resolution, 7))
        );
        Assert.That(ErrorResponse.TryRead(busy.Body.Span, digestPresent: false, out _), Is.True);
        Assert.That(
            (small.Header.ResponseCode, later.Header.ResponseCode),
            Is.EqualTo((ResponseCode.HandleNotFound, ResponseCode.Success))
        );
    }

    private static SocketAddress Source(string address) => new IPEndPoint(IPAddress.Parse(address), 4_711).Serialize();
}
