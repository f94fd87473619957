using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Compares an index with the entries that records require, without storing or sorting them. It sums a keyed hash of
/// each entry, for each part of the index. Equal sums mean equal entries. Each run has a new key, so nobody can prepare
/// entries that cancel out.
/// </summary>
internal sealed class IndexSums
{
    private readonly Dictionary<string, Sum> _sums = [];
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(16);

    /// <summary>Adds an entry that a record requires.</summary>
    public void Expect(string part, ReadOnlySpan<byte> value, long objectNumber)
    {
        ref var sum = ref SumOf(part);
        sum.Expected++;
        sum.Difference += Hash(value, objectNumber);
    }

    /// <summary>Adds an entry that the index has.</summary>
    public void Take(string part, ReadOnlySpan<byte> value, long objectNumber)
    {
        ref var sum = ref SumOf(part);
        sum.Found++;
        sum.Difference -= Hash(value, objectNumber);
    }

    /// <summary>Reports every part in which the index differs from the records.</summary>
    public void Compare(CheckFaults faults)
    {
        foreach (var (part, sum) in _sums)
        {
            if (sum.Found != sum.Expected)
            {
                faults.Add($"{part} has {sum.Found} entries, the records give {sum.Expected}");
            }
            else if (sum.Difference != 0)
            {
                faults.Add($"{part} has other entries than the records give");
            }
        }
    }

    private ref Sum SumOf(string part) => ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, part, out _);

    private UInt128 Hash(ReadOnlySpan<byte> value, long objectNumber)
    {
        var length = 24 + value.Length;
        var rented = length > 1024 ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> buffer = rented ?? stackalloc byte[1024];
        _key.CopyTo(buffer);
        BinaryPrimitives.WriteInt64BigEndian(buffer[16..], objectNumber);
        value.CopyTo(buffer[24..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(buffer[..length], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private struct Sum
    {
        public long Expected;
        public long Found;
        public UInt128 Difference;
    }
}
