using System.IO.Compression;
using Grpc.Net.Compression;

namespace IdResolution.StandIns.Tests;

[TestFixture]
public sealed class CompressionTests
{
    private static readonly byte[] Payload = [.. Enumerable.Repeat("88.100.1/abc "u8.ToArray(), 100).SelectMany(bytes => bytes)];

    private static IEnumerable<ICompressionProvider> Providers =>
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];

    [TestCaseSource(nameof(Providers))]
    public void Compressed_ReadBack_IsTheSame(ICompressionProvider provider)
    {
        var compressed = Compress(provider, null);
        using var read = new MemoryStream();
        using (var source = new MemoryStream(compressed))
        {
            using (var stream = provider.CreateDecompressionStream(source))
            {
                stream.CopyTo(read);
            }

            Assert.That(source.CanRead, Is.True, "left open");
        }

        Assert.That(read.ToArray(), Is.EqualTo(Payload));
        Assert.That(compressed, Has.Length.LessThan(Payload.Length / 5));
    }

    [TestCaseSource(nameof(Providers))]
    public void Compress_LevelOfTheCall_IsUsed(ICompressionProvider provider)
        => Assert.That(Compress(provider, CompressionLevel.NoCompression), Has.Length.GreaterThan(Payload.Length));

    [Test]
    public void Gzip_Stream_HasTheHeaderOfRfc1952()
    {
        var provider = new GzipCompressionProvider(CompressionLevel.Optimal);

        Assert.That(provider.EncodingName, Is.EqualTo("gzip"));
        Assert.That(Compress(provider, null)[..3], Is.EqualTo(new byte[] { 0x1f, 0x8b, 8 }));
    }

    [Test]
    public void Deflate_Stream_HasTheHeaderOfRfc1950()
    {
        var provider = new DeflateCompressionProvider(CompressionLevel.Optimal);
        var compressed = Compress(provider, null);

        Assert.Multiple(() =>
        {
            Assert.That(provider.EncodingName, Is.EqualTo("deflate"));
            Assert.That(compressed[0] & 0x0f, Is.EqualTo(8), "method");
            Assert.That(((compressed[0] << 8) | compressed[1]) % 31, Is.Zero, "check of the header");
        });
    }

    private static byte[] Compress(ICompressionProvider provider, CompressionLevel? level)
    {
        using var compressed = new MemoryStream();
        using (var stream = provider.CreateCompressionStream(compressed, level))
        {
            stream.Write(Payload);
        }

        Assert.That(compressed.CanWrite, Is.True, "left open");
        return compressed.ToArray();
    }
}
