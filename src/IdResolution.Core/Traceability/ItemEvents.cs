using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Core.Traceability;

/// <summary>
/// The links and events that are given with the registration of one item. They are checked for the item as it will be,
/// and planned once it has its identifier. Not thread-safe.
/// </summary>
internal sealed class ItemEvents(ItemRegistration item, LinkReader links, EventPlanner planner, EventRecorder recorder)
    : IItemEvents
{
    // By their place in the call: the links, then the events. Null for one that is faulty.
    private readonly EventContent?[] _contents = new EventContent?[item.Count];

    // Of each, its place among the writes: the same event may be given twice.
    private readonly int[] _places = new int[item.Count];

    private readonly List<EventContent> _planned = [];
    private readonly List<EventWrite> _writes = [];
    private IReadOnlyList<EventWriteResult> _outcomes = [];

    public async ValueTask<Error?> CheckAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (AccessPolicy.RequireOfNode(caller, Role.Registrar) is { } refusal)
        {
            return refusal;
        }
        if (item.Count > ItemRegistrar.MaxOfItem)
        {
            return RegistrationEventErrors.TooMany(ItemRegistrar.MaxOfItem);
        }
        var faults = new Faults();
        var self = EventThing.Self(item.Request.Template);
        for (var i = 0; i < item.Count; i++)
        {
            var asked = await RequestAsync(i, caller, cancellationToken);
            var found = asked.TryGet(out var request, out var error)
                ? await planner.CheckAsync(request, self, caller, cancellationToken)
                : error;
            if (found.TryGet(out var content, out error))
            {
                _contents[i] = content;
                error = await planner.RefusalAsync(content, caller, cancellationToken);
            }
            if (error is not null)
            {
                faults.Add(At(i, error));
            }
        }
        return faults.TryCombine(out var all) ? all : null;
    }

    public bool NamesNewSources(Identifier identifier, Caller caller) =>
        Array.Exists(_contents, content => planner.NamesNewSource(content!.Of(identifier), caller));

    public async ValueTask<Result<RegisterRecord>> AddToAsync(
        RegisterRecord registration,
        Identifier identifier,
        Caller caller,
        bool isTry,
        CancellationToken cancellationToken
    )
    {
        _planned.Clear();
        _writes.Clear();
        var places = new Dictionary<LookupKey, int>();
        var faults = new Faults();
        for (var i = 0; i < _contents.Length; i++)
        {
            var content = _contents[i]!.Of(identifier);
            var planned = await planner.PlanAsync(content, caller, cancellationToken, isTry);
            if (!planned.TryGet(out var write, out var error))
            {
                faults.Add(At(i, error));
                continue;
            }
            if (places.TryAdd(new LookupKey(write.Identity), _writes.Count))
            {
                if (write.Voids != 0 && _writes.Exists(other => other.Voids == write.Voids))
                {
                    faults.Add(At(i, EventErrors.AlreadyCorrected(content.Request.Corrects!)));
                }
                _places[i] = _writes.Count;
                _writes.Add(write);
                _planned.Add(content);
                continue;
            }
            _places[i] = places[new LookupKey(write.Identity)];
            if (!write.Digest.AsSpan().SequenceEqual(_writes[_places[i]].Digest))
            {
                faults.Add(RegistrationEventErrors.KeyTwice($"{FieldOf(i)}.sourceKey"));
            }
        }
        return faults.TryCombine(out var all) ? all : new RegisterWithEvents(registration, _writes) { IsTry = isTry };
    }

    public Error? Settle(RecordWriteResult written)
    {
        if (written is not RecordWithEventsResult with)
        {
            return null;
        }
        _outcomes = with.Events;
        if (with.Outcome != WriteOutcome.EventRefused)
        {
            return null;
        }
        var refused = _outcomes.Count - 1;
        var error = recorder.ResultOf(_outcomes[refused], _planned[refused]).Error!;
        return At(Array.IndexOf(_places, refused), error);
    }

    /// <summary>Notes the events that were written in the audit.</summary>
    public Task NoteAsync(Caller caller) => recorder.NoteAsync(_planned, _outcomes, caller);

    /// <summary>Has holds go on from the events that were written, and gives the answer.</summary>
    public async Task<RegisteredItem> FollowAsync(Registered registered, CancellationToken cancellationToken)
    {
        await recorder.SpreadAsync(_writes, _outcomes, cancellationToken);
        return Answer(registered, Array.ConvertAll(_places, p => (RecordedEvent?)Recorded(p)));
    }

    /// <summary>Looks which of the events are there, for an item that was registered before.</summary>
    public async Task<RegisteredItem> FindAsync(
        Registered registered,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var identifier = Identifier.Parse(RecordState.IdentifierOf(registered.Record)).Value;
        var found = new RecordedEvent?[_contents.Length];
        var differs = new List<string>(registered.Differs);
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = _contents[i] is { } content
                ? await recorder.FindAsync(content.Of(identifier), caller, cancellationToken)
                : null;
            if (found[i] is null)
            {
                differs.Add(FieldOf(i));
            }
        }
        return Answer(registered with { Differs = differs }, found);
    }

    private RegisteredItem Answer(Registered registered, RecordedEvent?[] events) =>
        new(registered) { Links = events[..item.Links.Count], Events = events[item.Links.Count..] };

    private RecordedEvent Recorded(int place) => recorder.ResultOf(_outcomes[place], _planned[place]).Value;

    private async ValueTask<Result<EventRequest>> RequestAsync(
        int i,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        i < item.Links.Count
            ? await links.ToEventOfAsync(item.Links[i], caller, cancellationToken)
            : SelfRole.In(item.Events[i - item.Links.Count]);

    private string FieldOf(int i) => i < item.Links.Count ? $"links[{i}]" : $"events[{i - item.Links.Count}]";

    /// <summary>An error of a link or event as one of the registration.</summary>
    private Error At(int i, Error error) =>
        i < item.Links.Count
            ? ErrorFields.Within(ErrorFields.OfLink(error, item.Links[i].Type), FieldOf(i))
            : ErrorFields.Within(error, FieldOf(i));
}
