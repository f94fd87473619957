namespace IdResolution.HandleProtocol.Wire;

/// <summary>A view of a list of byte arrays inside a body; copies nothing. <c>foreach (var bytes in list)</c></summary>
public ref struct ArrayListView
{
    private WireReader _reader;

    private ArrayListView(int count, ReadOnlySpan<byte> bytes)
    {
        Count = count;
        _reader = new WireReader(bytes);
    }

    /// <summary>The length of the list, however far the enumerator is.</summary>
    public int Count { get; }

    /// <summary>The array at the enumerator's position; empty before the first <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>A copy of the list, positioned before its first array.</summary>
    public readonly ArrayListView GetEnumerator() => this;

    /// <summary>Moves to the next array; false after the last one.</summary>
    public bool MoveNext()
    {
        var more = _reader.TryArray(out var bytes);
        Current = bytes;
        return more;
    }

    internal static bool TryRead(scoped ref WireReader reader, out ArrayListView list)
    {
        list = default;
        if (!reader.TryCount(4, out var count))
        {
            return false;
        }
        var start = reader.Rest;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryArray(out _))
            {
                return false;
            }
        }
        list = new ArrayListView(count, start[..^reader.Rest.Length]);
        return true;
    }
}
