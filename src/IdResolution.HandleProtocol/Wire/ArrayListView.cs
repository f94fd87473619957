namespace IdResolution.HandleProtocol.Wire;

/// <summary>Arrays where they stand in a body: <c>foreach (var bytes in list)</c>.</summary>
public ref struct ArrayListView
{
    private WireReader _reader;

    private ArrayListView(int count, ReadOnlySpan<byte> bytes)
    {
        Count = count;
        _reader = new WireReader(bytes);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The one that is looked at.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>A copy that stands before the first.</summary>
    public readonly ArrayListView GetEnumerator() => this;

    /// <summary>Goes on to the next; false after the last.</summary>
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
