using System.IO.Compression;
using Google.Protobuf;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Grpc.Hostile;

/// <summary>
/// What such peers cost the node in memory: measured of the whole process, and so with no other test beside it.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class HostileMemoryTests : HostileFixture
{
    private const string ListTemplates = "/idresolution.v1.Registry/ListTemplates";

    private const long Mebibyte = 1 << 20;

    [Test]
    public async Task Message_GzipBomb_IsRefusedWithoutBeingUnpacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 512; i++)
            {
                gzip.Write(zeros);
            }
        }
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var (status, _) = await CallAsync(Resolve, packed.ToArray(), compressed: true);
        Assert.That(status, Is.EqualTo("8"));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(64 * Mebibyte));
    }

    [Test]
    public async Task Reader_WhoNeverReads_HoldsNoMoreThanItsWindows()
    {
        for (var i = 0; i < 4; i++)
        {
            await FillLogAsync(1_000);
        }
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint, streamWindow: 0);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var stream = 1; stream < 200; stream += 2)
        {
            // Half of them watch the whole log, half ask for all templates; not one byte of data is taken.
            var watches = stream % 4 == 1;
            await peer.CallAsync(stream, watches ? Watch : ListTemplates, end: false, Key);
            await peer.MessageAsync(stream, []);
        }
        // Each stream answers its headers first: when all have, all are being served and blocked.
        var headers = 0;
        while (headers < 100)
        {
            headers += await peer.ReadAsync() is { Type: Http2Frame.Headers } ? 1 : 0;
        }
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.That(grown, Is.LessThan(64 * Mebibyte));
    }

    private async Task FillLogAsync(int items)
    {
        var batch = new V1.RegisterBatchRequest();
        for (var i = 0; i < items; i++)
        {
            batch.Items.Add(
                new V1.RegisterRequest
                {
                    Template = "part",
                    Identifier = Server.NewId(),
                    Attributes = Named(new string('n', 500)),
                }
            );
        }
        Assert.That(
            (
                await CallAsync(
                    "/idresolution.v1.Registry/RegisterBatch",
                    batch.ToByteArray(),
                    Server.KeyOf(Role.Registrar)
                )
            ).Status,
            Is.EqualTo("0")
        );
    }
}
