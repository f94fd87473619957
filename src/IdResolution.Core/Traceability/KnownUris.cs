using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What the URIs mean here by which events name items: each is looked up once for all events of a batch. Not
/// thread-safe.
/// </summary>
internal sealed class KnownUris
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<ItemName> _names = [];
    private ItemName[] _resolved = [];

    /// <summary>The URIs, to be resolved.</summary>
    public IReadOnlyList<ItemName> Names => _names;

    /// <summary>Asks for what an event names by URIs.</summary>
    public void Want(EventRequest request)
    {
        Want(request.Inputs);
        Want(request.Outputs);
        Want(request.Children);
        Want(request.Items);
        Want(request.Parent);
    }

    /// <summary>Takes what the names mean, in their order.</summary>
    public void Take(ItemName[] resolved) => _resolved = resolved;

    /// <summary>What a thing is that is named by a URI alone; null for any other.</summary>
    public ItemName? Find(ThingRequest given) =>
        UriOf(given) is { } uri && _places.TryGetValue(uri, out var place) ? _resolved[place] : null;

    private void Want(IReadOnlyList<ThingRequest> given)
    {
        for (var i = 0; i < given.Count; i++)
        {
            Want(given[i]);
        }
    }

    private void Want(ThingRequest? given)
    {
        if (
            UriOf(given) is { } uri
            && !_places.ContainsKey(uri)
            && ItemUri.IsUri(uri)
            && ItemName.Parse(uri).TryGet(out var name, out _)
        )
        {
            _places.Add(uri, _names.Count);
            _names.Add(name);
        }
    }

    private static string? UriOf(ThingRequest? given) =>
        given is { Text: { } text, Identifier: null, Scanned: null, Source: null, SourceKey: null, IsSelf: false }
            ? text
            : null;
}
