using System.Runtime.InteropServices;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Compares an index with the entries that records require, without storing or sorting them. It sums a keyed hash of
/// each entry, for each part of the index. Equal sums mean equal entries.
/// </summary>
internal sealed class IndexSums(RowHash hash)
{
    private readonly Dictionary<string, Sum> _sums = [];

    /// <summary>Adds an entry that a record requires.</summary>
    public void Expect(string part, ReadOnlySpan<byte> value, long objectNumber)
    {
        ref var sum = ref SumOf(part);
        sum.Expected++;
        sum.Difference += hash.Of(value, objectNumber);
    }

    /// <summary>Adds an entry that the index has.</summary>
    public void Take(string part, ReadOnlySpan<byte> value, long objectNumber)
    {
        ref var sum = ref SumOf(part);
        sum.Found++;
        sum.Difference -= hash.Of(value, objectNumber);
    }

    /// <summary>Adds the sums over other entries, made with the same hash.</summary>
    public void Add(IndexSums others)
    {
        foreach (var (part, other) in others._sums)
        {
            ref var sum = ref SumOf(part);
            sum.Expected += other.Expected;
            sum.Found += other.Found;
            sum.Difference += other.Difference;
        }
    }

    /// <summary>Reports every part in which the index differs from the records.</summary>
    public void Compare(CheckFaults faults)
    {
        foreach (var (part, sum) in _sums)
        {
            if (sum.Found != sum.Expected)
            {
                faults.Add(
                    $"{part} has {sum.Found} entries, the records give {sum.Expected}",
                    $"{part} 有 {sum.Found} 项，按记录应有 {sum.Expected} 项"
                );
            }
            else if (sum.Difference != 0)
            {
                faults.Add($"{part} has other entries than the records give", $"{part} 的内容与记录不符");
            }
        }
    }

    private ref Sum SumOf(string part) => ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, part, out _);

    private struct Sum
    {
        public long Expected;
        public long Found;
        public UInt128 Difference;
    }
}
