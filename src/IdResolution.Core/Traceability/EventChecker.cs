using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Checks events as far as possible without writing: shape, times, identifiers, numbers. All faults are named at once.
/// Thread-safe.
/// </summary>
public sealed class EventChecker(ThingFinder finder, EventIds ids, EventRules rules, TimeProvider time)
{
    /// <summary>The time by the node's clock, in microseconds since 1970 UTC.</summary>
    internal long Now => Micros.Now(time);

    /// <inheritdoc cref="ThingFinder.KnowAsync"/>
    internal ValueTask<KnownUris> KnowAsync(
        IReadOnlyList<Result<EventRequest>> requests,
        Caller caller,
        CancellationToken cancellationToken
    ) => finder.KnowAsync(requests, caller, cancellationToken);

    /// <summary>Checks an event for a caller, all but what the templates say (<see cref="LinkRuleCheck"/>).</summary>
    /// <param name="request">The event.</param>
    /// <param name="self">The item that is being registered with it; null where none is.</param>
    /// <param name="uris">What the URIs mean of the batch that it is of; null where it is alone.</param>
    /// <param name="caller">Who sends it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    internal async ValueTask<Result<EventContent>> CheckAsync(
        EventRequest request,
        EventThing? self,
        KnownUris? uris,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (ElementsOf(request) > EventRules.MaxElements)
        {
            return EventErrors.TooLarge();
        }
        var faults = new Faults();
        uris ??= await finder.KnowAsync([request], caller, cancellationToken);
        var things = new ThingReader(finder, self, uris, caller, faults, cancellationToken);
        var (type, meant) = Types(request, faults);
        var happened = EventTimes.Read(request.Time, request.Zone, time.GetUtcNow(), rules.MaxAhead, faults);
        var content = new EventContent
        {
            Type = type,
            As = type == EventType.Correct && request.As is not null ? meant : null,
            Time = happened,
            Request = request,
            Inputs = await things.ListAsync(request.Inputs, "inputs", mustBeItems: true),
            Outputs = await things.ListAsync(request.Outputs, "outputs", mustBeItems: true),
            Parent = await things.OneAsync(request.Parent, "parent", mustBeItem: true),
            Children = await things.ListAsync(request.Children, "children", mustBeItems: true),
            Items = await things.ListAsync(request.Items, "items", mustBeItems: true),
            Documents = await things.ListAsync(request.Documents, "documents", mustBeItems: false),
            Equipment = await things.ListAsync(request.Equipment, "equipment", mustBeItems: false),
            Tools = await things.ListAsync(request.Tools, "tools", mustBeItems: false),
            Persons = await things.ListAsync(request.Persons, "persons", mustBeItems: false),
            Process = await things.OneAsync(request.Process, "process", mustBeItem: false),
            Place = await things.OneAsync(request.Place, "place", mustBeItem: false),
            Step = await things.OneAsync(request.Step, "step", mustBeItem: false),
            Measurements = Measurements(request.Measurements, faults),
            Defects = Defects(request.Defects, faults),
            Scope = Scope(request, meant, faults),
            Voids = Voids(request, type, faults),
            Ends = Ends(request, meant, faults),
        };
        CheckTexts(request, faults);
        if (meant != 0)
        {
            EventShape.Check(content, meant, faults);
        }
        faults.TryCombine(out var error);
        return Faults.Join(request.Misread, error) is { } faulty ? faulty : content;
    }

    private static int ElementsOf(EventRequest request) =>
        request.Items.Count
        + request.Inputs.Count
        + request.Outputs.Count
        + request.Children.Count
        + request.Equipment.Count
        + request.Tools.Count
        + request.Persons.Count
        + request.Documents.Count
        + request.Measurements.Count
        + request.Defects.Count
        + request.Holds.Count;

    private static (EventType Type, EventType Meant) Types(EventRequest request, Faults faults)
    {
        if (!EventNames.TryParse(request.Type, out EventType type))
        {
            var known = string.Join(", ", EventNames.Types);
            faults.Add("type", $"must be one of {known}", $"应为以下之一：{known}");
            return default;
        }
        if (request.As is null)
        {
            return (type, type);
        }
        if (type != EventType.Correct)
        {
            faults.Add("as", "belongs to an event of type correct alone", "只能用于类型为 correct 的事件");
        }
        if (!EventNames.TryParse(request.As, out EventType meant) || meant == EventType.Correct)
        {
            var known = string.Join(", ", EventNames.Types.Where(name => name != EventNames.Of(EventType.Correct)));
            faults.Add("as", $"must be one of {known}", $"应为以下之一：{known}");
        }
        return (type, meant);
    }

    private static HoldScope? Scope(EventRequest request, EventType meant, Faults faults)
    {
        if (meant != EventType.Hold)
        {
            if (request.Scope is not null)
            {
                faults.Add("scope", "belongs to a hold alone", "只能用于 hold 事件");
            }
            return null;
        }
        switch (request.Scope)
        {
            case null or "item":
                return HoldScope.Item;
            case "made-from":
                return HoldScope.MadeFrom;
            default:
                faults.Add("scope", "must be item or made-from", "应为 item 或 made-from");
                return null;
        }
    }

    private long Voids(EventRequest request, EventType type, Faults faults)
    {
        if (type != EventType.Correct)
        {
            if (request.Corrects is not null)
            {
                faults.Add("corrects", "belongs to an event of type correct alone", "只能用于类型为 correct 的事件");
            }
            return 0;
        }
        if (request.Corrects is null)
        {
            faults.Add("corrects", "is needed: the id of the event that was wrong", "不能为空：需要被更正事件的 id");
            return 0;
        }
        if (!ids.TryParse(request.Corrects, out var voids))
        {
            faults.Add(EventErrors.NotGiven(request.Corrects, "corrects"));
        }
        return voids;
    }

    private List<long>? Ends(EventRequest request, EventType meant, Faults faults)
    {
        if (request.Holds.Count == 0)
        {
            return null;
        }
        if (meant != EventType.Release)
        {
            faults.Add("holds", "belongs to a release alone", "只能用于 release 事件");
        }
        var ends = new List<long>();
        for (var i = 0; i < request.Holds.Count; i++)
        {
            if (ids.TryParse(request.Holds[i], out var hold))
            {
                ends.Add(hold);
            }
            else
            {
                faults.Add(EventErrors.NotGiven(request.Holds[i], $"holds[{i}]"));
            }
        }
        return ends;
    }

    private static List<EventMeasurement> Measurements(IReadOnlyList<EventMeasurement> given, Faults faults)
    {
        var checkedOnes = new List<EventMeasurement>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            var (one, at) = (given[i], $"measurements[{i}]");
            EventTexts.Check(one.Characteristic, at, "characteristic", EventRules.MaxText, faults, isNeeded: true);
            if (one.Value is null && one.Text is null)
            {
                faults.Add(at, "needs a value or a text", "须有 value 或 text");
            }
            EventTexts.Check(one.Text, at, "text", EventRules.MaxNote, faults);
            EventTexts.Check(one.Unit, at, "unit", EventTexts.MaxUnit, faults);
            EventTexts.Check(one.Result, at, "result", EventRules.MaxText, faults);
            EventTexts.Check(one.Instrument, at, "instrument", EventRules.MaxText, faults);
            checkedOnes.Add(
                one with
                {
                    Value = EventTexts.Number(one.Value, at, "value", faults),
                    Low = EventTexts.Number(one.Low, at, "low", faults),
                    High = EventTexts.Number(one.High, at, "high", faults),
                    Set = EventTexts.Number(one.Set, at, "set", faults),
                }
            );
        }
        return checkedOnes;
    }

    private static List<EventDefect> Defects(IReadOnlyList<EventDefect> given, Faults faults)
    {
        var checkedOnes = new List<EventDefect>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            var (one, at) = (given[i], $"defects[{i}]");
            EventTexts.Check(one.Code, at, "code", EventRules.MaxText, faults, isNeeded: true);
            EventTexts.Check(one.Note, at, "note", EventRules.MaxNote, faults);
            checkedOnes.Add(one with { Count = EventTexts.Number(one.Count, at, "count", faults, isAmount: true) });
        }
        return checkedOnes;
    }

    private static void CheckTexts(EventRequest request, Faults faults)
    {
        if (request.Source is not null || request.SourceKey is not null)
        {
            SourceRules.CheckNeeded(request.Source, request.SourceKey, "", faults);
        }
        EventTexts.Check(request.Id, "id", EventRules.MaxText, faults);
        EventTexts.Check(request.Disposition, "disposition", EventRules.MaxText, faults);
        EventTexts.Check(request.Reason, "reason", EventRules.MaxNote, faults);
        foreach (var (name, _) in request.Extensions)
        {
            EventTexts.Check(name, name, EventRules.MaxText, faults);
        }
    }
}
