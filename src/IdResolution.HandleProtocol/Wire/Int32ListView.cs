using System.Buffers.Binary;

namespace IdResolution.HandleProtocol.Wire;

/// <summary>A view of a list of 32-bit big-endian numbers inside a body. It copies nothing.</summary>
public readonly ref struct Int32ListView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private Int32ListView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The length of the list.</summary>
    public int Count => _bytes.Length / 4;

    /// <summary>The number at a position, counted from 0.</summary>
    public int this[int at] => BinaryPrimitives.ReadInt32BigEndian(_bytes.Slice(at * 4, 4));

    /// <summary>Searches the list from start to end.</summary>
    public bool Contains(int number)
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i] == number)
            {
                return true;
            }
        }
        return false;
    }

    internal static bool TryRead(scoped ref WireReader reader, out Int32ListView list)
    {
        list = default;
        if (!reader.TryCount(4, out var count) || !reader.TryBytes(count * 4, out var bytes))
        {
            return false;
        }
        list = new Int32ListView(bytes);
        return true;
    }
}
