using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells which of many items are held. Needs role reader or higher; a partner is told of those that it sees, by holds
/// that it sees. What is hidden is left out like what is not there, or not held. Thread-safe.
/// </summary>
public sealed class AffectedReader(
    IEventStore store,
    EventIds ids,
    ThingFinder finder,
    KeyFinder keys,
    EventSights sights
)
{
    /// <summary>The most items of one question.</summary>
    public const int MaxItems = 10_000;

    // So many in one question to the store.
    private const int Page = 500;

    private readonly HoldReader _holds = new(store, ids);

    /// <summary>The items that are held, in the order asked for.</summary>
    /// <param name="asked">Identifiers and URIs; with a source, keys of that source.</param>
    /// <param name="source">The system whose keys they are; null for none.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<IReadOnlyList<AffectedItem>>> FindAsync(
        IReadOnlyList<string> asked,
        string? source,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(asked);
        if (AccessPolicy.RequireAskingOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (asked.Count > MaxItems)
        {
            return Error.Of(
                ErrorCode.TooLarge,
                $"items: at most {MaxItems} at a time.",
                $"items：每次最多 {MaxItems} 个。",
                "items"
            );
        }
        var affected = new List<AffectedItem>();
        foreach (var page in asked.Chunk(Page))
        {
            affected.AddRange(await HeldAsync(page, source, caller, cancellationToken));
        }
        return affected;
    }

    private async ValueTask<List<AffectedItem>> HeldAsync(
        string[] page,
        string? source,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var names = source is null
            ? await NamedAsync(page, caller, cancellationToken)
            : await KeyedAsync(page, source, caller, cancellationToken);
        var numbers = await sights.Items.NumbersAsync(
            [.. names.Select(static one => one.Name.Key)],
            caller,
            cancellationToken
        );
        var holds = await SeenAsync(numbers, caller, cancellationToken);
        var held = new List<AffectedItem>();
        for (var i = 0; i < names.Count; i++)
        {
            if (holds[i].Count > 0)
            {
                held.Add(new AffectedItem(names[i].Asked, names[i].Name.Identifier, holds[i]));
            }
        }
        return held;
    }

    private async ValueTask<IReadOnlyList<HoldStatus>[]> SeenAsync(
        IReadOnlyList<long> numbers,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var all = await _holds.ReadAsync(numbers, Caller.Node, cancellationToken);
        return sights.Of(caller) is { } sight ? await sight.ShownAsync(all, cancellationToken) : all;
    }

    // What is no name at all is nobody's.
    private async ValueTask<List<(string Asked, ItemName Name)>> NamedAsync(
        string[] page,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var read = new List<(string Asked, ItemName Name)>();
        foreach (var text in page)
        {
            if (ItemName.Parse(text).TryGet(out var name, out _))
            {
                read.Add((text, name));
            }
        }
        var names = await finder.ResolveAsync([.. read.Select(static one => one.Name)], caller, cancellationToken);
        return [.. read.Select((one, i) => (one.Asked, names[i]))];
    }

    private async ValueTask<List<(string Asked, ItemName Name)>> KeyedAsync(
        string[] page,
        string source,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var found = await keys.FindFirstAsync(
            source,
            Array.ConvertAll(page, static IReadOnlyList<string> (key) => [key]),
            caller,
            cancellationToken
        );
        var named = new List<(string Asked, ItemName Name)>();
        for (var i = 0; i < page.Length; i++)
        {
            if (found[i] is { } identifier)
            {
                named.Add((page[i], new ItemName(identifier)));
            }
        }
        return named;
    }
}
