using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Tests.Client;

/// <summary>
/// Servers that others' records name, and that mean harm: each walk ends in its time, holds little and says why.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class HostileServerTests
{
    private const long Mebibyte = 1 << 20;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    private HandleTransport _transport = null!;

    [SetUp]
    public void OpenTransport() =>
        _transport = new HandleTransport(
            new TransportSettings
            {
                FirstUdpTimeout = TimeSpan.FromMilliseconds(200),
                UdpAttempts = 2,
                RequestTimeout = TimeSpan.FromSeconds(10),
                MaxContinuedLength = 1 << 20,
            }
        );

    [TearDown]
    public void CloseTransport() => _transport.Dispose();

    /// <summary>How raw bytes answer a request: what a name says, over TCP.</summary>
    [TestCase("endless continued messages", ResponseCode.ClientChannelError)]
    [TestCase("endless empty continued messages", ResponseCode.ClientChannelError)]
    [TestCase("endless continued messages of credentials", ResponseCode.ClientChannelError)]
    [TestCase("one byte a second", ResponseCode.ClientTimeout)]
    [TestCase("length 0", ResponseCode.ClientChannelError)]
    [TestCase("length -1", ResponseCode.ClientChannelError)]
    [TestCase("length 4 GiB", ResponseCode.ClientChannelError)]
    [TestCase("length of the greatest message, and silence", ResponseCode.ClientTimeout)]
    [TestCase("answer to another request", ResponseCode.ClientTimeout)]
    [TestCase("flood of answers to other requests", ResponseCode.ClientChannelError)]
    [TestCase("compressed", ResponseCode.ClientChannelError)]
    [TestCase("encrypted", ResponseCode.ClientChannelError)]
    [TestCase("closed at once", ResponseCode.ClientChannelError)]
    public async Task Walk_ToAServerOfRawBytes_EndsInTimeAndHoldsLittle(string how, ResponseCode code)
    {
        using var stop = new CancellationTokenSource();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, how, stop.Token);
        var server = new HandleServer(IPAddress.Loopback, null, ((IPEndPoint)listener.LocalEndpoint).Port);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();

        var result = await Walker(server).ResolveAsync("88.300/1", [], [], null, CancellationToken.None);

        var held = GC.GetTotalMemory(forceFullCollection: false) - before;
        TestContext.Out.WriteLine($"{how}: {watch.Elapsed.TotalSeconds:0.0} s, {held / 1024} KiB, {result.Message}");
        Assert.That(watch.Elapsed, Is.LessThan(s_limit + TimeSpan.FromSeconds(2)));
        Assert.That(result.Code, Is.EqualTo(code));
        Assert.That(result.Message, Is.Not.Empty);
        Assert.That(held, Is.LessThan(24 * Mebibyte));
        // A listener that was stopped may not be asked any more, so the server ends first.
        await stop.CancelAsync();
        await serving;
    }

    [Test]
    public async Task Walk_ThatEveryAnswerWidens_AsksSoManyTimesAndNoMore()
    {
        var asked = 0;
        await using var server = new FakeHandleServer();
        server.Answers = _ =>
            [
                new FakeReply(
                    ResponseCode.ServiceReferral,
                    // A prefix that nobody asked for yet, whose servers must be found first.
                    new ReferralResponse(null, $"0.NA/hop{Interlocked.Increment(ref asked)}", []).Write
                ),
            ];

        var result = await Walker(server.Server).ResolveAsync("88.300/1", [], [], null, CancellationToken.None);

        Assert.That(result.Code, Is.EqualTo(ResponseCode.RecursionCountTooHigh));
        Assert.That(server.Requests, Has.Count.LessThanOrEqualTo(40));
    }

    [Test]
    public async Task Walk_ToManyServersOfOthers_KnocksAtFew()
    {
        // A record that names addresses of third parties, so that the node floods them.
        await using var third = new FakeHandleServer();
        var servers = Enumerable.Range(0, 250).Select(i => third.Site.Servers[0] with { Id = i }).ToArray();
        await using var root = new FakeHandleServer(_ =>
            [
                new FakeReply(
                    ResponseCode.ServiceReferral,
                    new ReferralResponse(
                        null,
                        "",
                        [
                            new HandleValue
                            {
                                Index = 1,
                                Type = "HS_SITE",
                                Data = (third.Site with { Servers = servers }).ToData(),
                            },
                        ]
                    ).Write
                ),
            ]
        );

        await Walker(root.Server).ResolveAsync("88.300/1", [], [], null, CancellationToken.None);

        Assert.That(third.Requests, Has.Count.LessThanOrEqualTo(6));
    }

    [TestCase("127.0.0.1")]
    [TestCase("10.0.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("64:ff9b::7f00:1")]
    [TestCase("64:ff9b:1::7f00:1")]
    [TestCase("2002:7f00:1::")]
    [TestCase("fe80::1")]
    public async Task Walk_ReferredIntoTheNetworkOfTheNode_DoesNotGoThere(string address)
    {
        await using var root = new FakeHandleServer();
        var site = root.Site with { Servers = [root.Site.Servers[0] with { Address = IPAddress.Parse(address) }] };
        root.Answers = _ =>
            [
                new FakeReply(
                    ResponseCode.ServiceReferral,
                    new ReferralResponse(
                        null,
                        "",
                        [
                            new HandleValue
                            {
                                Index = 1,
                                Type = "HS_SITE",
                                Data = site.ToData(),
                            },
                        ]
                    ).Write
                ),
            ];
        var walker = new SiteWalker(
            _transport,
            new WalkSettings { Roots = [root.Server.ToSite()], TimeLimit = s_limit }
        );

        var result = await walker.ResolveAsync("88.300/1", [], [], null, CancellationToken.None);

        Assert.That(result.Code, Is.EqualTo(ResponseCode.ClientChannelError));
        Assert.That(result.Message, Does.Contain("not public"));
        Assert.That(root.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Walk_ToAServerWhoseAddressChanges_IsJudgedByTheAddressThatIsSpokenTo()
    {
        // As DNS rebinding does: the first answer names an address that may be spoken to, the next ones another.
        await using var root = new FakeHandleServer();
        await using var site = new FakeHandleServer(FakeHandleServer.Holding(static _ => []));
        using var inside = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        inside.Start();
        var asked = 0;
        root.Answers = _ =>
        {
            var named =
                Interlocked.Increment(ref asked) == 1
                    ? site.Site.Servers[0]
                    : site.Site.Servers[0] with
                    {
                        Address = IPAddress.Parse("127.0.0.2"),
                        Interfaces =
                        [
                            .. site.Site.Servers[0].Interfaces.Select(one => one with { Port = PortOf(inside) }),
                        ],
                    };
            var data = (site.Site with { Servers = [named] }).ToData();
            var referral = new HandleValue
            {
                Index = 1,
                Type = "HS_SITE",
                Data = data,
                Ttl = 0,
            };
            return [new FakeReply(ResponseCode.ServiceReferral, new ReferralResponse(null, "", [referral]).Write)];
        };
        var walker = new SiteWalker(
            _transport,
            new WalkSettings
            {
                Roots = [root.Server.ToSite()],
                TimeLimit = s_limit,
                Addresses = new AddressFilter([new IPNetwork(IPAddress.Parse("127.0.0.1"), 32)]),
            }
        );

        var first = await walker.ResolveAsync("88.300/1", [], [], null, CancellationToken.None);
        var second = await walker.ResolveAsync("88.301/2", [], [], null, CancellationToken.None);

        Assert.That(first.Message ?? "", Does.Not.Contain("not public"));
        Assert.That(site.Requests, Has.Count.EqualTo(1));
        Assert.That(second.Message, Does.Contain("not public"));
        Assert.That(inside.Pending(), Is.False);

        static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [Test]
    public void Client_ResolvesNoNames()
    {
        // A name could mean another address when it is connected to than when it was judged.
        var used = typeof(SiteWalker).Assembly.GetReferencedAssemblies().Select(static one => one.Name);

        Assert.That(used, Does.Contain("System.Net.Sockets").And.Not.Contain("System.Net.NameResolution"));
    }

    [Test]
    public async Task Walk_ToARecordOfTenThousandValues_IsTakenWithinAMessage()
    {
        await using var server = new FakeHandleServer(
            FakeHandleServer.Holding(static _ =>
                [
                    .. Enumerable
                        .Range(1, 10_000)
                        .Select(static i => new HandleValue
                        {
                            Index = i,
                            Type = "X",
                            Data = [],
                        }),
                ]
            )
        );
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var result = await Walker(server.Server).ResolveAsync("88.300/1", [], [], null, CancellationToken.None);

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Out.WriteLine($"{result.Code} {result.Message}, {held / 1024} KiB");
        Assert.That(result.Code, Is.AnyOf(ResponseCode.ClientChannelError, ResponseCode.Success));
        Assert.That(held, Is.LessThan(8 * Mebibyte));
    }

    [Test]
    public async Task Udp_AnswerFromAnotherAddress_IsNotTaken()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var forger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        forger.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        using var stop = new CancellationTokenSource();
        var forging = Task.Run(async () =>
        {
            var packet = new byte[1024];
            try
            {
                while (true)
                {
                    var from = await server.ReceiveFromAsync(packet, new IPEndPoint(IPAddress.Loopback, 0), stop.Token);
                    // The request id is right: only the address is not.
                    await forger.SendToAsync(Answer(packet, 0), from.RemoteEndPoint, stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // Done.
            }
        });

        var result = await Walker(new HandleServer(IPAddress.Loopback, ((IPEndPoint)server.LocalEndPoint!).Port, null))
            .ResolveAsync("88.300/1", [], [], null, CancellationToken.None);

        Assert.That(result.Code, Is.EqualTo(ResponseCode.ClientTimeout));
        await stop.CancelAsync();
        await forging;
    }

    private SiteWalker Walker(HandleServer server) =>
        new(
            _transport,
            new WalkSettings
            {
                RecursiveNode = server,
                Addresses = new AddressFilter([IPNetwork.Parse("127.0.0.0/8")]),
                TimeLimit = s_limit,
            }
        );

    private static async Task ServeAsync(TcpListener listener, string how, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync(cancel);
                var request = new byte[2048];
                await socket.ReceiveAsync(request, cancel);
                await AnswerAsync(socket, request, how, cancel);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Done, or the client is gone.
            if (!cancel.IsCancellationRequested && e is SocketException)
            {
                await ServeAsync(listener, how, cancel);
            }
        }
    }

    private static async Task AnswerAsync(Socket socket, byte[] request, string how, CancellationToken cancel)
    {
        switch (how)
        {
            case "closed at once":
                return;
            case "one byte a second":
                foreach (var b in Answer(request, 0))
                {
                    await socket.SendAsync(new[] { b }, cancel);
                    await Task.Delay(1_000, cancel);
                }
                return;
            case "length 0":
                await socket.SendAsync(Length(Answer(request, 0), 0), cancel);
                break;
            case "length -1":
                await socket.SendAsync(Length(Answer(request, 0), uint.MaxValue), cancel);
                break;
            case "length 4 GiB":
                await socket.SendAsync(Length(Answer(request, 0), 0xFFFF_FFF0), cancel);
                break;
            case "length of the greatest message, and silence":
                await socket.SendAsync(Length(Answer(request, 0), 262_144), cancel);
                break;
            case "answer to another request":
                var other = Answer(request, 0);
                other[8] ^= 0x55;
                await socket.SendAsync(other, cancel);
                break;
            case "flood of answers to other requests":
                var flood = Answer(request, 100_000);
                flood[8] ^= 0x55;
                while (true)
                {
                    await socket.SendAsync(flood, cancel);
                }
            case "compressed":
                await socket.SendAsync(Flag(Answer(request, 0), 0x80), cancel);
                break;
            case "encrypted":
                await socket.SendAsync(Flag(Answer(request, 0), 0x40), cancel);
                break;
            case "endless continued messages":
                await ForeverAsync(socket, Continued(Answer(request, 100_000)), cancel);
                break;
            case "endless continued messages of credentials":
                var credential = Answer(request, 100_000);
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(credential.AsSpan(40), 0);
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(credential.AsSpan(44), 100_000);
                await ForeverAsync(socket, Continued(credential), cancel);
                break;
            case "endless empty continued messages":
                await ForeverAsync(socket, Continued(Answer(request, 0)), cancel);
                break;
        }
        await Task.Delay(Timeout.Infinite, cancel);
    }

    private static async Task ForeverAsync(Socket socket, byte[] message, CancellationToken cancel)
    {
        var many = Enumerable.Repeat(message, Math.Max(1, 65_536 / message.Length)).SelectMany(static m => m).ToArray();
        while (true)
        {
            await socket.SendAsync(many, cancel);
        }
    }

    /// <summary>A message that answers a request, of a body of zeros.</summary>
    private static byte[] Answer(byte[] request, int body)
    {
        // Envelope 20, header 24, body, and the length of no credential.
        var answer = new byte[20 + 24 + body + 4];
        request.AsSpan(0, 20).CopyTo(answer);
        // No flags: versions in 0..2, flags and suggested version in 2..4 stay as they were asked.
        request.AsSpan(20, 4).CopyTo(answer.AsSpan(20));
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(24), (int)ResponseCode.Success);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(40), body);
        return Length(answer, (uint)(answer.Length - 20));
    }

    private static byte[] Length(byte[] message, uint length)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(16), length);
        return message;
    }

    private static byte[] Flag(byte[] message, byte flag)
    {
        message[2] |= flag;
        return message;
    }

    private static byte[] Continued(byte[] message)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(28), (uint)OpFlags.Continuous);
        return message;
    }
}
