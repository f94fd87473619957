using System.Buffers.Binary;
using System.Net;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Grpc.Hostile;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Long messages of gRPC that do not come to their end, without a key.</summary>
[TestFixture]
[NonParallelizable]
public sealed class HeldMessageTests : HostileFixture
{
    private const string Batch = "/idresolution.v1.Resolver/ResolveBatch";

    // Less than the windows of a stream and of a connection, so that nothing has to be waited for.
    private const int Sent = 700_000;

    private HeldBodies Bodies => Server.Services.GetRequiredService<HeldBodies>();

    [TearDown]
    public void NothingIsHeld() => Assert.That(() => Bodies.Bytes, Is.Zero.After(30_000, 20), "given back");

    [Test]
    public async Task Messages_Unfinished_AreHeldToTheirNetworksShare()
    {
        var most = HeldBodies.MostEach / (Sent + 5);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var open = new List<Http2Peer>();
        try
        {
            for (var i = 1; i <= most; i++)
            {
                open.Add(await BeginAsync(Attacker.Address));
                Assert.That(() => Bodies.Bytes, Is.EqualTo(i * (Sent + 5L)).After(30_000, 5));
            }
            using var refused = await BeginAsync(Attacker.Address);
            Assert.That(await refused.EndAsync(1), Is.EqualTo("status 8"), "RESOURCE_EXHAUSTED");
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.That(grown, Is.LessThan(3 * HeldBodies.MostEach));

            // Others, and keys, are served.
            using var other = await BeginAsync(IPAddress.Parse("127.0.0.131"));
            using var keyed = await BeginAsync(Attacker.Address, Key);
            Assert.That(() => Bodies.Bytes, Is.EqualTo((most + 2) * (Sent + 5L)).After(30_000, 5));
        }
        finally
        {
            open.ForEach(static peer => peer.Dispose());
        }
    }

    /// <summary>Begins a call and sends a part of its message.</summary>
    private async Task<Http2Peer> BeginAsync(IPAddress from, params (string, string)[] headers)
    {
        var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint, from: from);
        await peer.CallAsync(1, Batch, end: false, headers);
        var message = new byte[5 + Sent];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), Sent + 100_000);
        foreach (var part in message.Chunk(16_384))
        {
            await peer.SendAsync(Http2Frame.Data, 0, 1, part);
        }
        return peer;
    }
}
