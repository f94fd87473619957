using System.Buffers.Binary;
using System.IO.Compression;

namespace IdResolution.Server.Labels;

/// <summary>
/// Writes a square PNG with one bit per pixel (grayscale, no filter). QRCoder cannot do this with any width of the
/// quiet zone. Source: W3C Portable Network Graphics, third edition.
/// </summary>
internal static class MonochromePng
{
    private static readonly uint[] s_crcTable = CrcTable();

    /// <summary>Encodes an image. <paramref name="isDark"/> gets column and row, and is true for black.</summary>
    public static byte[] Write(int side, Func<int, int, bool> isDark)
    {
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], side);
        header[8] = 1; // bits per sample; colour type 0, compression 0, filter method 0, no interlace

        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, Scanlines(side, isDark));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static ReadOnlySpan<byte> Scanlines(int side, Func<int, int, bool> isDark)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var line = new byte[1 + ((side + 7) / 8)]; // the first byte is the filter type, 0
            for (var y = 0; y < side; y++)
            {
                line.AsSpan(1).Clear();
                for (var x = 0; x < side; x++)
                {
                    if (!isDark(x, y))
                    {
                        line[1 + (x / 8)] |= (byte)(0x80 >> (x % 8));
                    }
                }
                zlib.Write(line);
            }
        }
        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var octet in data)
        {
            crc = s_crcTable[(byte)(crc ^ octet)] ^ (crc >> 8);
        }
        return crc;
    }

    private static uint[] CrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
            {
                c = (c & 1) == 0 ? c >> 1 : 0xEDB88320 ^ (c >> 1);
            }
            table[n] = c;
        }
        return table;
    }
}
