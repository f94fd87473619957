using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>
/// Remembers the keys of the rows of one file, to find rows with one key and other content. A row takes about 30 bytes:
/// its key and content are kept as hashes.
/// </summary>
internal sealed class RowKeys
{
    private readonly Dictionary<ulong, (long Row, uint Content, uint Spelling)> _rows = [];

    /// <summary>The row before with the same key and other content; null if there is none.</summary>
    /// <param name="row">The number of the row.</param>
    /// <param name="folded">The key as it is compared.</param>
    /// <param name="spelling">The key as it is written.</param>
    /// <param name="content">What else the row holds.</param>
    public (long Row, bool IsSpeltSo)? FindOther(long row, string folded, string spelling, string content)
    {
        var (hash, spelt) = ((uint)Hash(content), (uint)Hash(spelling));
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, Hash(folded), out var isThere);
        if (!isThere)
        {
            first = (row, hash, spelt);
            return null;
        }
        return first.Content == hash ? null : (first.Row, first.Spelling == spelt);
    }

    private static ulong Hash(string text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));
}
