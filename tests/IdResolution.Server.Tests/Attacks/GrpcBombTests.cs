using System.IO.Compression;
using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Grpc.Hostile;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Compressed messages of every kind of call that hold far more than the call takes.</summary>
[TestFixture]
[NonParallelizable]
public sealed class GrpcBombTests : HostileFixture
{
    private const long Mebibyte = 1 << 20;

    private static readonly Lazy<byte[]> s_bomb = new(Bomb);

    [TestCase("Resolver/Resolve", false)]
    [TestCase("Resolver/ResolveBatch", false)]
    [TestCase("Registry/Register", true)]
    [TestCase("Registry/RegisterBatch", true)]
    [TestCase("Registry/RegisterMany", true)]
    [TestCase("Registry/RegisterStream", true)]
    [TestCase("Labels/RenderSheet", true)]
    [TestCase("Traceability/Record", true)]
    [TestCase("Traceability/RecordBatch", true)]
    [TestCase("Traceability/RecordStream", true)]
    [TestCase("Traceability/LinkBatch", true)]
    public async Task Message_ThatInflatesFarBeyondTheLimit_IsRefused(string method, bool withKey)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var (status, _) = await CallAsync(
            "/idresolution.v1." + method,
            s_bomb.Value,
            withKey ? Server.KeyOf(Role.Registrar) : null,
            compressed: true
        );
        var taken = GC.GetTotalAllocatedBytes(precise: true) - before;
        TestContext.Out.WriteLine($"{method}: status {status}, {taken / 1024} KiB allocated");
        // 8 too large, 12 no such method.
        Assert.That(status, Is.EqualTo("8"));
        Assert.That(taken, Is.LessThan(30 * Mebibyte));
    }

    [Test]
    public async Task Message_LongerThanItsLimitUncompressed_IsRefusedByItsPrefix()
    {
        var message = new V1.ResolveRequest { Identifier = new string('x', 2 << 20) }.ToByteArray();
        var (status, _) = await CallAsync(Resolve, message);
        Assert.That(status, Is.EqualTo("8"));
    }

    /// <summary>512 MiB of zeros in some 500 KB.</summary>
    private static byte[] Bomb()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 512; i++)
            {
                gzip.Write(zeros);
            }
        }
        return packed.ToArray();
    }
}
