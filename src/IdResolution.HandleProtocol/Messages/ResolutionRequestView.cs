using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// A view of the body of a resolution request. It allocates nothing, since a server answers most requests from a cache.
/// </summary>
public readonly ref struct ResolutionRequestView
{
    private ResolutionRequestView(ReadOnlySpan<byte> handle, Int32ListView indexes, ArrayListView types)
    {
        Handle = handle;
        Indexes = indexes;
        Types = types;
    }

    /// <summary>The bytes of the handle as they were sent; they may not be UTF-8.</summary>
    public ReadOnlySpan<byte> Handle { get; }

    /// <summary>The indexes wanted; none and no type means all values.</summary>
    public Int32ListView Indexes { get; }

    /// <summary>The types wanted, in UTF-8.</summary>
    public ArrayListView Types { get; }

    /// <summary>True if the request names neither indexes nor types.</summary>
    public bool WantsAll => Indexes.Count == 0 && Types.Count == 0;

    /// <summary>Reads the body; false if it is malformed. Bytes after it are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ResolutionRequestView request)
    {
        request = default;
        var reader = new WireReader(body);
        if (
            !reader.TryArray(out var handle)
            || !Int32ListView.TryRead(ref reader, out var indexes)
            || !ArrayListView.TryRead(ref reader, out var types)
        )
        {
            return false;
        }
        request = new ResolutionRequestView(handle, indexes, types);
        return true;
    }
}
