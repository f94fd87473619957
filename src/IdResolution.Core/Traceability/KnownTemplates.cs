using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// The numbers and templates of things that events name: each is read once for all events of a batch. Not thread-safe.
/// </summary>
internal sealed class KnownTemplates(IEventStore store)
{
    // So many in one question to the store.
    private const int PageSize = 2_000;

    private readonly Dictionary<ItemKey, ItemTemplate> _known = [];
    private readonly List<ItemKey> _wanted = [];

    /// <summary>Asks for things; <see cref="ReadAsync"/> reads those that are not known yet.</summary>
    public void Want(IReadOnlyList<EventThing> things)
    {
        for (var i = 0; i < things.Count; i++)
        {
            if (_known.TryAdd(things[i].Key, default))
            {
                _wanted.Add(things[i].Key);
            }
        }
    }

    /// <summary>Reads what was asked for.</summary>
    public async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        for (var at = 0; at < _wanted.Count; at += PageSize)
        {
            var page = _wanted.GetRange(at, Math.Min(PageSize, _wanted.Count - at));
            var found = await store.TemplatesAsync(page, cancellationToken);
            for (var i = 0; i < page.Count; i++)
            {
                _known[page[i]] = found[i];
            }
        }
        _wanted.Clear();
    }

    /// <summary>The code of a thing's template; null for what is not registered, or has none.</summary>
    public string? TemplateOf(EventThing thing) => thing.NewTemplate ?? _known[thing.Key].Template;

    /// <summary>The numbers of things that were read, and the codes of their templates.</summary>
    public (long[] Numbers, string?[] Templates) Of(IReadOnlyList<EventThing> things)
    {
        var (numbers, templates) = (new long[things.Count], new string?[things.Count]);
        for (var i = 0; i < things.Count; i++)
        {
            (numbers[i], templates[i]) = (_known[things[i].Key].Number, TemplateOf(things[i]));
        }
        return (numbers, templates);
    }
}
