using System.Net;
using System.Net.Sockets;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Tests.Handle;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>
/// An attacker who forges the address of his victim over UDP has the node send no more there than three times what he
/// sends himself, but for a budget that a network has once.
/// </summary>
[TestFixture]
internal sealed class AmplificationTests
{
    private const int Requests = 5_000;

    [TestCase(OpCode.Resolution)]
    [TestCase(OpCode.GetSiteInfo)]
    public async Task Requests_OfAForgedSource_AreNotAmplified(OpCode operation)
    {
        await using var node = await TestNode.StartAsync();
        var handle = node.NewId();
        var values = string.Join(
            ',',
            Enumerable.Range(1, 7).Select(i => $$"""{"index":{{i}},"type":"DATA","data":"{{new string('x', 60)}}"}""")
        );
        var made = await node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"identifier":"{{handle}}","values":[{{values}}]}"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        var services = node.Services;
        using var udp = new HandleUdp(
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<HandleService>(),
            services.GetRequiredService<FastResolution>(),
            new AmplificationLimiter(new ManualTime(DateTimeOffset.UnixEpoch)) { ExemptsLoopback = false },
            NullLogger<HandleUdp>.Instance
        );
        udp.Start(new IPEndPoint(IPAddress.Loopback, 0), anyPort: true);
        using var victim = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = 30_000,
        };
        victim.Connect(new IPEndPoint(IPAddress.Loopback, udp.Port));
        var request =
            operation == OpCode.Resolution
                ? HandleWire.Resolution(handle)
                : HandleWire.Message(operation, new OneHandleRequest("/").Write);
        var packet = new byte[MessageLimits.MaxPacketLength];
        var sent = PacketWriter.Write(request, 0, truncatedFlag: true, packet);

        var first = 0L;
        var received = 0L;
        for (var i = 0; i < Requests; i++)
        {
            victim.Send(packet.AsSpan(0, sent));
            var answer = new byte[2_000];
            var length = victim.Receive(answer);
            // One that comes in several packets has the length of the whole in each.
            Assert.That(Envelope.TryRead(answer, out var envelope), Is.True);
            received += length;
            for (var left = (int)envelope.MessageLength - (length - MessageLimits.EnvelopeLength); left > 0; )
            {
                length = victim.Receive(answer);
                received += length;
                left -= length - MessageLimits.EnvelopeLength;
            }
            first = i == 0 ? received : first;
        }

        Assert.That(first, Is.GreaterThan(3 * sent), "there is something to amplify");
        Assert.That(received, Is.LessThan(AmplificationLimiter.BucketBytes * 11 / 10 + 3L * sent * Requests));
        Assert.That(2 * first * Requests, Is.GreaterThan(3 * received), "without a limit it were far more");
    }
}
