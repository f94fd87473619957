namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Tells for which objects of a range an index has other entries than their records require, in memory that does not
/// grow with the number of entries.
/// </summary>
internal sealed class IndexDifferences(long low, long high)
{
    /// <summary>The greatest number of objects in a range: 24 bytes each.</summary>
    public const int MaxObjects = 1 << 20;

    private readonly RowHash _hash = new();
    private readonly UInt128[] _differences = new UInt128[high - low + 1];
    private readonly int[] _lacking = new int[high - low + 1];

    /// <summary>Adds an entry that a record requires.</summary>
    public void Expect(ReadOnlySpan<byte> row, long number)
    {
        _differences[number - low] += _hash.Of(row, number);
        _lacking[number - low]++;
    }

    /// <summary>Adds an entry that the index has.</summary>
    public void Take(ReadOnlySpan<byte> row, long number)
    {
        _differences[number - low] -= _hash.Of(row, number);
        _lacking[number - low]--;
    }

    /// <summary>True if the index lacks an entry of the object, or has another in its place.</summary>
    public bool Lacks(long number) => _differences[number - low] != 0 && _lacking[number - low] >= 0;

    /// <summary>True if the index has more entries of the object than its record requires.</summary>
    public bool Exceeds(long number) => _lacking[number - low] < 0;
}
