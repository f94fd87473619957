using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>
/// The number of rows in a table, with a digest: the sum of the rows' hashes. The sum does not depend on the order of
/// rows, in which the stores differ for text.
/// </summary>
internal struct TableDigest : IEquatable<TableDigest>
{
    private const byte Null = 0;
    private const byte Number = 1;
    private const byte Text = 2;
    private const byte Bytes = 3;

    private UInt128 _sum;

    /// <summary>The number of rows added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds the hash of a row; the buffer is overwritten.</summary>
    public void Add(object?[] row, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        foreach (var value in row)
        {
            switch (value)
            {
                case null:
                    Write(buffer, Null, 0);
                    break;
                case long number:
                    Write(buffer, Number, number);
                    break;
                case string text:
                    Write(buffer, Text, Encoding.UTF8.GetByteCount(text));
                    Encoding.UTF8.GetBytes(text, buffer);
                    break;
                default:
                    var bytes = (byte[])value;
                    Write(buffer, Bytes, bytes.Length);
                    buffer.Write(bytes);
                    break;
            }
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        _sum += BinaryPrimitives.ReadUInt128BigEndian(hash);
        Count++;
    }

    public readonly bool Equals(TableDigest other) => Count == other.Count && _sum == other._sum;

    public override readonly bool Equals(object? obj) => obj is TableDigest other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Count, _sum);

    public override readonly string ToString() => _sum.ToString("x32", null);

    private static void Write(ArrayBufferWriter<byte> buffer, byte tag, long number)
    {
        var span = buffer.GetSpan(9);
        span[0] = tag;
        BinaryPrimitives.WriteInt64BigEndian(span[1..], number);
        buffer.Advance(9);
    }
}
