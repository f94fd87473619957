using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>Reads what an event names, for one event and one caller.</summary>
/// <param name="finder">Finds what has an identifier.</param>
/// <param name="self">The item that is being registered; null where none is.</param>
/// <param name="uris">What URIs mean, as far as they were looked up.</param>
/// <param name="caller">Who sends the event.</param>
/// <param name="faults">Gets what is wrong.</param>
/// <param name="cancellationToken">Ends the search.</param>
internal sealed class ThingReader(
    ThingFinder finder,
    EventThing? self,
    KnownUris uris,
    Caller caller,
    Faults faults,
    CancellationToken cancellationToken
)
{
    public async ValueTask<IReadOnlyList<EventThing>> ListAsync(
        IReadOnlyList<ThingRequest> given,
        string field,
        bool mustBeItems
    )
    {
        if (given.Count == 0)
        {
            return [];
        }
        var things = new List<EventThing>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            if (await OneAsync(given[i], $"{field}[{i}]", mustBeItems) is { } thing)
            {
                things.Add(thing);
            }
        }
        return things;
    }

    public async ValueTask<EventThing?> OneAsync(ThingRequest? given, string field, bool mustBeItem)
    {
        if (given is null)
        {
            return null;
        }
        EventTexts.Check(given.Unit, field, "unit", EventTexts.MaxUnit, faults);
        EventTexts.Check(given.Position, field, "position", EventRules.MaxText, faults);
        EventTexts.Check(given.Type, field, "type", EventRules.MaxText, faults);
        if (given.Type is not null && !field.StartsWith("documents", StringComparison.Ordinal))
        {
            faults.Add($"{field}.type", "belongs to documents alone", "只能用于 documents");
        }
        var quantity = EventTexts.Number(given.Quantity, field, "quantity", faults, isAmount: true);
        var thing = await ThingAsync(given, field, mustBeItem);
        if (thing is null || given is { Quantity: null, Unit: null, Position: null, Type: null })
        {
            return thing;
        }
        return thing with { Quantity = quantity, Unit = given.Unit, Position = given.Position, Type = given.Type };
    }

    private async ValueTask<EventThing?> ThingAsync(ThingRequest given, string field, bool mustBeItem)
    {
        if (self is not null && IsSelfAlone(given))
        {
            return self;
        }
        return mustBeItem && uris.Find(given) is { } name
            ? finder.Of(name, field, caller, faults)
            : await finder.FindAsync(given, field, mustBeItem, caller, faults, cancellationToken);
    }

    private static bool IsSelfAlone(ThingRequest given) =>
        given is { IsSelf: true, Identifier: null, Text: null, Scanned: null, Source: null, SourceKey: null };
}
