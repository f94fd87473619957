using System.Globalization;
using System.Security.Cryptography;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// The Merkle tree over the leaves of a log (RFC 9162 §2.1), leaf by leaf. It keeps only the hash of each complete
/// subtree, one for each bit of its size. Not thread-safe.
/// </summary>
public sealed class LogTree
{
    // From the largest subtree to the smallest.
    private readonly List<byte[]> _subtrees = [];

    /// <summary>The number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>Adds the next leaf hash.</summary>
    public void Add(byte[] leaf)
    {
        var hash = leaf;
        for (var rest = Size; (rest & 1) == 1; rest >>= 1)
        {
            hash = Node(_subtrees[^1], hash);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }
        _subtrees.Add(hash);
        Size++;
    }

    /// <summary>The root hash; that of an empty tree is the hash of nothing.</summary>
    public byte[] Root()
    {
        if (_subtrees.Count == 0)
        {
            return SHA256.HashData([]);
        }
        var root = _subtrees[^1];
        for (var i = _subtrees.Count - 2; i >= 0; i--)
        {
            root = Node(_subtrees[i], root);
        }
        return root;
    }

    /// <summary>The tree as text without blanks, for <see cref="Parse"/>.</summary>
    public override string ToString() => $"{Size}:{string.Join(',', _subtrees.Select(Convert.ToHexStringLower))}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not that of a tree.</exception>
    public static LogTree Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (!long.TryParse(text.AsSpan(0, Math.Max(colon, 0)), NumberStyles.None, null, out var size))
        {
            throw NoTree();
        }
        var tree = new LogTree { Size = size };
        foreach (var hash in text[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            tree._subtrees.Add(hash.Length == 64 ? Convert.FromHexString(hash) : throw NoTree());
        }
        return long.PopCount(tree.Size) == tree._subtrees.Count ? tree : throw NoTree();
    }

    private static FormatException NoTree() => new("The text is not that of a tree.");

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
