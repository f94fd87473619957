using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace IdResolution.Fuzzing.Driver;

/// <summary>
/// Which branches the instrumented assemblies took, and how often in powers of two. Without instrumentation nothing is
/// ever new.
/// </summary>
internal sealed unsafe class CoverageMap
{
    private const int Size = 1 << 16;

    private readonly byte* _hits = (byte*)NativeMemory.AlignedAlloc(Size, 64);
    private readonly byte* _seen = (byte*)NativeMemory.AlignedAlloc(Size, 64);

    public CoverageMap()
    {
        new Span<byte>(_hits, Size).Clear();
        new Span<byte>(_seen, Size).Clear();
        Trace.SharedMem = _hits;
    }

    /// <summary>The branches seen.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets what was hit.</summary>
    public void Begin()
    {
        new Span<byte>(_hits, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>True if something was hit for the first time, or more often than ever.</summary>
    public bool IsNew()
    {
        var isNew = false;
        var hits = new ReadOnlySpan<ulong>(_hits, Size / 8);
        for (var at = hits.IndexOfAnyExcept(0ul); at >= 0; )
        {
            for (var i = at * 8; i < (at + 1) * 8; i++)
            {
                isNew |= _hits[i] != 0 && Take(i);
            }
            var next = hits[(at + 1)..].IndexOfAnyExcept(0ul);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return isNew;
    }

    private bool Take(int at)
    {
        var bucket = (byte)(1 << BitOperations.Log2(_hits[at]));
        if ((_seen[at] & bucket) != 0)
        {
            return false;
        }
        Count += _seen[at] == 0 ? 1 : 0;
        _seen[at] |= bucket;
        return true;
    }
}
