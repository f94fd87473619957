using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// A seeded hash of rows of an index, to be summed. Each run has another seed, so nobody can prepare rows that cancel
/// out.
/// </summary>
internal sealed class RowHash
{
    private readonly long _seed = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    public UInt128 Of(ReadOnlySpan<byte> row, long objectNumber)
    {
        var length = sizeof(long) + row.Length;
        var rented = length > 1024 ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> buffer = rented ?? stackalloc byte[1024];
        BinaryPrimitives.WriteInt64BigEndian(buffer, objectNumber);
        row.CopyTo(buffer[sizeof(long)..]);
        var hash = XxHash128.HashToUInt128(buffer[..length], _seed);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return hash;
    }
}
