using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Bodies that come fast enough for the server, and never end.</summary>
[TestFixture]
public sealed class LateBodyTests
{
    private const int Length = 60_000;

    [Test]
    public async Task Body_ThatIsLate_EndsItsRequestUnlessItHasAKey()
    {
        var clock = new Bell();
        await using var node = await TestNode.StartAsync(time: clock);
        var bodies = node.Services.GetRequiredService<HeldBodies>();
        var registrar = $"Authorization: Bearer {node.KeyOf(Role.Registrar)}\r\n";
        using var late = await BeginAsync(node, "");
        using var withKey = await BeginAsync(node, registrar);
        Assert.That(() => bodies.Bytes, Is.EqualTo(2 * (Length - 1)).After(30_000, 20));
        using var inTime = await BeginAsync(node, "");
        await inTime.SendAsync("}"u8.ToArray());
        Assert.That(() => inTime.Poll(0, SelectMode.SelectRead), Is.True.After(30_000, 20), "is answered");

        clock.Ring();

        Assert.That(() => Attacker.IsOver(late), Is.True.After(30_000, 20));
        Assert.That(() => bodies.Bytes, Is.EqualTo(Length - 1).After(30_000, 20), "given back");
        Assert.That(Attacker.IsOver(inTime), Is.False, "what came in time is not the next request's");
        Assert.That(withKey.Poll(0, SelectMode.SelectRead), Is.False);
        await withKey.SendAsync("}"u8.ToArray());
        Assert.That(() => withKey.Poll(0, SelectMode.SelectRead), Is.True.After(30_000, 20), "is answered");
    }

    /// <summary>Sends all of a body but its last byte.</summary>
    private static async Task<Socket> BeginAsync(TestNode node, string headers)
    {
        var socket = await Attacker.ConnectAsync(node.EndPoint, Attacker.Address);
        var head =
            $"POST /api/v1/labels/sheet HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n{headers}"
            + $"Content-Length: {Length}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head + "{\"ids\":[]" + new string(' ', Length - 10)));
        return socket;
    }

    /// <summary>The clock of the system, but that bodies are late when a test says so.</summary>
    private sealed class Bell : TimeProvider
    {
        private readonly ConcurrentBag<(TimerCallback Callback, object? State)> _waiting = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == HeldBodies.Patience && period == Timeout.InfiniteTimeSpan)
            {
                _waiting.Add((callback, state));
                dueTime = Timeout.InfiniteTimeSpan;
            }
            return base.CreateTimer(callback, state, dueTime, period);
        }

        /// <summary>Has the time of all who wait be over. It may come too late to stop a timer: so those, too.</summary>
        public void Ring()
        {
            foreach (var (callback, state) in _waiting)
            {
                callback(state);
            }
        }
    }
}
