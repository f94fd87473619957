using System.Net;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Limits of connections, of time, and of what is sent to forged sources.</summary>
[TestFixture]
internal sealed class HandleLimitTests
{
    [Test]
    public async Task Connections_BeyondTheLimitOrIdle_Ended()
    {
        await using var node = await TestNode.StartAsync(options => (options.Limits.HandleConnections, options.Limits.HandleIdleSeconds) = (2, 2));
        using var one = await HandleWire.ConnectAsync(node.HandleEndPoint);
        using var two = await HandleWire.ConnectAsync(node.HandleEndPoint);
        await one.SendAsync(HandleWire.Resolution("0"));
        await two.SendAsync(HandleWire.Resolution("0"));
        Assert.That(await one.ReadAsync(), Is.Not.Null);
        Assert.That(await two.ReadAsync(), Is.Not.Null);

        using var three = await HandleWire.ConnectAsync(node.HandleEndPoint);
        Assert.That(await three.ReadAsync(), Is.Null, "beyond the limit");
        await two.SendAsync(HandleWire.Resolution("0").AsMemory(0, 30));
        Assert.That(await one.ReadAsync(), Is.Null, "idle");
        Assert.That(await two.ReadAsync(), Is.Null, "half a message");

        using var four = await HandleWire.ConnectAsync(node.HandleEndPoint);
        await four.SendAsync(HandleWire.Resolution("0"));
        Assert.That(await four.ReadAsync(), Is.Not.Null, "there is room again");
    }

    [Test]
    public void Budget_OfASource_IsUsedUpAndFlowsBack()
    {
        var time = new SlidingTime();
        var budget = new UdpBudget(time);
        var (source, other, loopback) = (Source("203.0.113.5"), Source("203.0.113.6"), Source("127.0.0.1"));
        const int Request = 100;

        Assert.That(budget.TryTake(source, Request, UdpBudget.Factor * Request), Is.True, "ten times the request costs nothing");
        var taken = 0;
        while (budget.TryTake(source, Request, 200_000))
        {
            taken++;
        }

        Assert.That(taken, Is.EqualTo(UdpBudget.BucketBytes / (200_000 - (UdpBudget.Factor * Request))));
        Assert.That(budget.TryTake(source, Request, UdpBudget.Factor * Request), Is.True);
        Assert.That(budget.TryTake(other, Request, 200_000), Is.True);
        Assert.That(Enumerable.Range(0, 100).All(_ => budget.TryTake(loopback, Request, 200_000)), Is.True);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(budget.TryTake(source, Request, 200_000), Is.True);
    }

    [Test]
    public void Challenge_AnsweredTooLate_IsNoLongerKnown()
    {
        var time = new SlidingTime();
        var store = new ChallengeStore(time);
        var message = new HandleMessage { Envelope = default, Header = default, Content = new byte[24] };
        PendingChallenge Pending() => new(message, [], default, time.GetTimestamp(), new HandlePeer(HandleTransport.Tcp, IPAddress.Loopback));
        var late = store.Add(Pending());
        time.Advance(PendingChallenge.Life + TimeSpan.FromSeconds(1));
        var intime = store.Add(Pending());

        Assert.That(store.Take(late), Is.Null);
        Assert.That(store.Take(intime), Is.Not.Null);
        Assert.That(store.Take(intime), Is.Null);
        var ids = Enumerable.Range(0, 10_000).Select(_ => store.Add(Pending())).ToList();
        Assert.That(ids.Count(id => id != 0), Is.EqualTo(5_000), "one source has a quarter of the places");
        time.Advance(PendingChallenge.Life + TimeSpan.FromSeconds(1));
        Assert.That(store.Add(Pending()), Is.Not.Zero);
    }

    [TestCase("203.0.113.5", "203.0.113.6")]
    [TestCase("2001:db8::1", "2001:db8:0:1::1")]
    public void Challenges_OfLargeRequests_LeaveRoomForOthers(string source, string other)
    {
        var time = new SlidingTime();
        var store = new ChallengeStore(time);
        int Add(string address, HandleTransport transport, int bytes) => store.Add(new PendingChallenge(
            new HandleMessage { Envelope = default, Header = default, Content = new byte[bytes] }, [], default, time.GetTimestamp(), new HandlePeer(transport, IPAddress.Parse(address))));

        Assert.That(Enumerable.Range(0, 100).Count(_ => Add(source, HandleTransport.Tcp, 262_144) != 0), Is.EqualTo(63), "a quarter of 64 MiB");
        Assert.That(Add(source.Contains(':', StringComparison.Ordinal) ? source + "2" : source, HandleTransport.Tcp, 262_144), Is.Zero, "the same machine");
        Assert.That(Add(other, HandleTransport.Tcp, 262_144), Is.Not.Zero);
        Assert.That(Enumerable.Range(0, 3_000).Count(i => Add($"198.51.100.{i % 250}", HandleTransport.Udp, 100) != 0), Is.EqualTo(2_000), "what may be forged has a tenth");
        Assert.That(Add(other, HandleTransport.Tcp, 100), Is.Not.Zero);
    }

    private static SocketAddress Source(string address) => new IPEndPoint(IPAddress.Parse(address), 4_711).Serialize();
}
