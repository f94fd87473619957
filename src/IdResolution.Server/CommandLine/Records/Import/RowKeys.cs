using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>
/// Remembers the keys of the rows of one file, to find rows with one key and other content. A row takes about 30 bytes:
/// its key and content are kept as hashes.
/// </summary>
internal sealed class RowKeys
{
    private readonly Dictionary<ulong, (long Row, uint Content)> _rows = [];

    /// <summary>The row before with the same key and other content; null if there is none.</summary>
    public long? FindOther(long row, string key, string content)
    {
        var hash = (uint)Hash(content);
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, Hash(key), out var isThere);
        if (!isThere)
        {
            first = (row, hash);
            return null;
        }
        return first.Content == hash ? null : first.Row;
    }

    private static ulong Hash(string text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));
}
