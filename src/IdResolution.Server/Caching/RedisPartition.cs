using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using IdResolution.Core.Identifiers;

namespace IdResolution.Server.Caching;

/// <summary>
/// A part of the keys, with its own cursor. Cursor and records share a hash tag, and so a slot of Redis Cluster: a
/// failover or an older snapshot sets both back together.
/// </summary>
internal sealed class RedisPartition
{
    /// <summary>The number of partitions. It is part of the key schema.</summary>
    public const int Count = 16;

    private const int GenerationLength = 16;

    private readonly byte[] _prefix;

    public RedisPartition(string name, int number, TimeProvider time)
    {
        _prefix = Encoding.ASCII.GetBytes($"{{{name}:s2:{number}}}:");
        CursorKey = [.. _prefix, .. "cursor"u8];
        FreshnessLease = new FreshnessLease(time);
    }

    public byte[] CursorKey { get; }

    public FreshnessLease FreshnessLease { get; }

    /// <summary>The partition of a key, the same in every process.</summary>
    public static int NumberOf(LookupKey key)
    {
        var hash = 0u;
        var bytes = key.Bytes.AsSpan();
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            hash = BitOperations.Crc32C(hash, word);
        }
        foreach (var last in bytes[(words.Length * sizeof(ulong))..])
        {
            hash = BitOperations.Crc32C(hash, last);
        }
        return (int)(hash % Count);
    }

    /// <summary>The Redis key of a record in a generation (key namespace).</summary>
    public byte[] KeyOf(ulong generation, LookupKey record)
    {
        ReadOnlySpan<byte> middle = ":r:"u8;
        var key = new byte[_prefix.Length + GenerationLength + middle.Length + record.Bytes.Length];
        _prefix.CopyTo(key, 0);
        generation.TryFormat(key.AsSpan(_prefix.Length), out _, "x16");
        middle.CopyTo(key.AsSpan(_prefix.Length + GenerationLength));
        record.Bytes.CopyTo(key, _prefix.Length + GenerationLength + middle.Length);
        return key;
    }
}
