using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>Finds what the intent of a scan names beside the item, and what is on the item. Thread-safe.</summary>
public sealed class IntentThings(
    ThingFinder finder,
    IRecordStore records,
    CatalogHolder catalog,
    IEventStore store,
    OrderReader orders,
    PlantClock plant
)
{
    // A step has a few machines and tools.
    private const int MostResources = 100;

    // Site, hall, store, rack, bin: places are not deeper.
    private const int DeepestPlace = 16;

    /// <summary>The attribute by which a place says what it is in, where its template has one.</summary>
    internal const string ParentPlace = "parent";

    /// <summary>The templates as they are now.</summary>
    internal NodeCatalog Catalog => catalog.Current;

    /// <summary>Finds all of it, or says all that is wrong with it.</summary>
    internal async ValueTask<Result<IntentSubjects>> FindAsync(
        ScanIntent intent,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var faults = new Faults();
        var unknown = new List<IntentReason>();
        // What something goes into may be registered later.
        var target = await ThingAsync(intent.Into, "intent.into", true, caller, faults, cancellationToken);
        var into = await KnownAsync(target, "UnknownThing", unknown, cancellationToken, mayComeLater: true);
        var asked = await ThingAsync(intent.Order, "intent.order", false, caller, faults, cancellationToken);
        var order = await KnownAsync(asked, "UnknownOrder", unknown, cancellationToken);
        var lines = await ThingAsync(intent.Bom, "intent.bom", true, caller, faults, cancellationToken);
        var bom = HomedOf(lines) is { } named ? await FindAsync(named, cancellationToken) : null;
        if (bom is null ? intent.Bom is not null && !faults.Any : !HasLines(bom))
        {
            faults.Add(
                "intent.bom",
                "must be registered here and have lines, by the attribute that its template names in trace.lines",
                "应为本节点已注册且有物料行的标识，物料行所在属性由其模板的 trace.lines 指明"
            );
        }
        var resources = await ResourcesAsync(intent, caller, faults, unknown, cancellationToken);
        var place = await ThingAsync(intent.Place, "intent.place", false, caller, faults, cancellationToken);
        await KnownAsync(place, "UnknownThing", unknown, cancellationToken);
        if (faults.TryCombine(out var error))
        {
            return error;
        }
        return new IntentSubjects
        {
            Into = into,
            Resources = resources,
            Order = order,
            Unknown = unknown,
            Lines = bom ?? await LinesAsync(order, cancellationToken),
            Place = place,
        };
    }

    /// <summary>Its identifier, if this node would have its record; null for a word and for what others hold.</summary>
    private Identifier? HomedOf(EventThing? thing) =>
        (thing?.Identifier ?? thing?.Known) is { } identifier && catalog.Current.IsHomed(identifier)
            ? identifier
            : null;

    /// <summary>True if a place is one of some, or is within one of them.</summary>
    internal async ValueTask<bool> IsWithinAsync(
        EventThing place,
        IReadOnlyList<string> places,
        CancellationToken cancellationToken
    )
    {
        // A text that is longer is no place.
        var keys = places.Where(static p => EventTexts.IsText(p, EventRules.MaxText)).Select(KeyOf).ToHashSet();
        var (key, identifier) = (place.Key, place.Identifier ?? place.Known);
        for (var depth = 0; depth < DeepestPlace; depth++)
        {
            if (keys.Contains(key))
            {
                return true;
            }
            identifier = identifier is null
                ? null
                : (await FindAsync(identifier, cancellationToken))?.Reference(ParentPlace);
            if (identifier is null)
            {
                return false;
            }
            key = ItemKey.Of(identifier);
        }
        return false;
    }

    /// <summary>What is on an item that is used, moved or sent.</summary>
    internal async ValueTask<CarrierLoad> LoadAsync(IntentCase judged, CancellationToken cancellationToken) =>
        judged.Kind == IntentKind.Install
            ? CarrierLoad.None
            : await CarrierLoad.ReadAsync(store, catalog.Current, judged.Number, cancellationToken);

    /// <summary>
    /// What the order covers. It is read where an order is named that has no lines, and then only to move or ship: an
    /// order to make something covers what is made, and not what is used for it. Where it is too much to be read,
    /// nothing is judged by it.
    /// </summary>
    internal async ValueTask<OrderPlan> PlanAsync(IntentCase judged, CancellationToken cancellationToken)
    {
        var (subjects, none) = (judged.Subjects, OrderPlan.None);
        if (subjects.Order is not { Record.Status: RecordStatus.Active } order)
        {
            return none;
        }
        var isOther =
            order.Category is not (null or Papers.Documents)
            && order.Rules is not ({ Lines: not null } or { Bom: not null });
        var isPlan = subjects.Lines is null && judged.Kind is IntentKind.Move or IntentKind.Ship;
        if (
            !(isOther || isPlan)
            || await orders.CoveredAsync(order.Record, IntentRecorder.MaxEvents, cancellationToken) is not { } covered
        )
        {
            return none;
        }
        if (covered.Parts.Count == 0 || !isPlan)
        {
            return none with { IsNoOrder = isOther && covered.Parts.Count == 0 };
        }
        var items = covered.Parts.Select(static part => part.Item).ToHashSet();
        var found = await store.ItemsByNumberAsync(items, cancellationToken);
        return new OrderPlan(
            items,
            found.Values.Select(static item => item.Template).OfType<string>().ToHashSet(),
            false
        );
    }

    /// <summary>The parts of an item in events, the earliest first.</summary>
    internal ValueTask<IReadOnlyList<StockStep>> StepsAsync(long item, CancellationToken cancellationToken) =>
        new StockReckoning(store, records, catalog.Current, plant).StepsAsync(item, cancellationToken);

    /// <summary>True if what is in an item is a part of it.</summary>
    internal async ValueTask<bool> IsAssemblyAsync(long item, CancellationToken cancellationToken) =>
        await store.ItemsAsync([item], cancellationToken) is [var found, ..]
        && Carriers.IsAssembly(found.Template, catalog.Current);

    /// <summary>The record of something that is on a carrier; null where it has none.</summary>
    internal async ValueTask<RuledRecord?> RecordOfAsync(TraceItem item, CancellationToken cancellationToken) =>
        item.IsRegistered && (await records.FindAsync(item.Key.Folded, cancellationToken)).Record is { } record
            ? new RuledRecord(record, catalog.Current)
            : null;

    /// <summary>True if the newest rules of an item's template say when it expires.</summary>
    internal bool MayExpire(TraceItem item) =>
        item.Template is { } code && catalog.Current.FindPublished(code)?.Trace?.Expiry is not null;

    /// <summary>Which item of a template goes out first, by its newest rules; null where none says.</summary>
    internal string? FirstOutOf(string? template) =>
        template is null ? null : catalog.Current.FindPublished(template)?.Trace?.FirstOut;

    private ItemKey KeyOf(string text) =>
        Identifier.TryParse(text, out var identifier) && catalog.Current.IsHomed(identifier)
            ? ItemKey.Of(identifier)
            : ItemKey.OfText(text);

    private static bool HasLines(RuledRecord record) => record.Values(record.Rules?.Lines).Count > 0;

    /// <summary>The order itself where it has lines, else its bill of materials.</summary>
    internal async ValueTask<RuledRecord?> LinesAsync(RuledRecord? order, CancellationToken cancellationToken)
    {
        if (order is null)
        {
            return null;
        }
        if (HasLines(order))
        {
            return order;
        }
        var bom = order.Reference(order.Rules?.Bom) is { } named ? await FindAsync(named, cancellationToken) : null;
        return bom is not null && HasLines(bom) ? bom : null;
    }

    private async ValueTask<IReadOnlyList<RuledRecord>> ResourcesAsync(
        ScanIntent intent,
        Caller caller,
        Faults faults,
        List<IntentReason> unknown,
        CancellationToken cancellationToken
    )
    {
        if (intent.Equipment.Count + intent.Tools.Count > MostResources)
        {
            faults.Add(
                intent.Equipment.Count > MostResources ? "intent.equipment" : "intent.tools",
                $"must be at most {MostResources}, equipment and tools together",
                $"与 equipment、tools 合计最多 {MostResources} 项"
            );
            return [];
        }
        var found = new List<RuledRecord>();
        foreach (var (things, name) in new[] { (intent.Equipment, "equipment"), (intent.Tools, "tools") })
        {
            for (var i = 0; i < things.Count; i++)
            {
                var field = $"intent.{name}[{i}]";
                var thing = await ThingAsync(things[i], field, false, caller, faults, cancellationToken);
                if (await KnownAsync(thing, "UnknownThing", unknown, cancellationToken) is { } record)
                {
                    found.Add(record);
                }
            }
        }
        return found;
    }

    /// <summary>
    /// The record of something, null where it has none. A reason is added where it has a prefix of this node and is not
    /// registered or was revoked; of what may be registered later, where its check character does not fit.
    /// </summary>
    private async ValueTask<RuledRecord?> KnownAsync(
        EventThing? thing,
        string code,
        List<IntentReason> unknown,
        CancellationToken cancellationToken,
        bool mayComeLater = false
    )
    {
        if (HomedOf(thing) is not { } identifier)
        {
            return null;
        }
        var record = await FindAsync(identifier, cancellationToken);
        if (record is { Record.Status: RecordStatus.Revoked })
        {
            unknown.Add(new(code, new($"{identifier.Text} was revoked.", $"标识 {identifier.Text} 已注销。")));
        }
        else if (record is null && !(mayComeLater && !Misreading.IsLikelyOf(identifier, catalog.Current)))
        {
            var error = await AbsentIdentifier.ErrorAsync(identifier, catalog.Current, records, cancellationToken);
            unknown.Add(new(code, error.Message));
        }
        return record;
    }

    private async ValueTask<EventThing?> ThingAsync(
        ThingRequest? given,
        string field,
        bool mustBeItem,
        Caller caller,
        Faults faults,
        CancellationToken cancellationToken
    ) => given is null ? null : await finder.FindAsync(given, field, mustBeItem, caller, faults, cancellationToken);

    private async ValueTask<RuledRecord?> FindAsync(Identifier identifier, CancellationToken cancellationToken) =>
        catalog.Current.IsHomed(identifier)
        && (await records.FindAsync(identifier.Key, cancellationToken)).Record is { } record
            ? new RuledRecord(record, catalog.Current)
            : null;
}
