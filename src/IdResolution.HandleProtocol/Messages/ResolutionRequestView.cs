using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// A resolution request as a view of its body, which allocates nothing: for a server, which answers most of them from a
/// cache.
/// </summary>
public readonly ref struct ResolutionRequestView
{
    private ResolutionRequestView(ReadOnlySpan<byte> handle, Int32ListView indexes, ArrayListView types)
    {
        Handle = handle;
        Indexes = indexes;
        Types = types;
    }

    /// <summary>The handle as it was sent; not looked at, and so perhaps not UTF-8.</summary>
    public ReadOnlySpan<byte> Handle { get; }

    /// <summary>Indexes wanted.</summary>
    public Int32ListView Indexes { get; }

    /// <summary>Types wanted.</summary>
    public ArrayListView Types { get; }

    /// <summary>True where nothing is filtered.</summary>
    public bool WantsAll => Indexes.Count == 0 && Types.Count == 0;

    /// <summary>Reads a body; what follows it is tolerated.</summary>
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
