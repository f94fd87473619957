using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>
/// Registers items: checks them and gives identifiers. The store's transaction decides about conflicts. Thread-safe.
/// </summary>
public sealed class Registrar
{
    /// <summary>The greatest number of items in one batch. Front ends check it.</summary>
    public const int MaxBatch = 2_000;

    private readonly IRecordStore _store;
    private readonly CatalogHolder _catalog;
    private readonly IdentifierGiver _giver;
    private readonly ItemRecognizer _items;
    private readonly RegistrationNotes? _notes;
    private readonly RegistrationReplay _again;
    private readonly RegistrationWrites _writes;
    private readonly RegistrationPreview _preview;

    /// <param name="store">Keeps the records.</param>
    /// <param name="catalog">Templates, rules, sources and prefixes.</param>
    /// <param name="giver">Gives identifiers by coding rules.</param>
    /// <param name="items">Recognises items by their keys and content.</param>
    /// <param name="plant">The clock.</param>
    /// <param name="notes">What is counted and audited; null for nothing.</param>
    public Registrar(
        IRecordStore store,
        CatalogHolder catalog,
        IdentifierGiver giver,
        ItemRecognizer items,
        PlantClock plant,
        RegistrationNotes? notes = null
    )
    {
        (_store, _catalog, _giver, _items, _notes) = (store, catalog, giver, items, notes);
        _again = new RegistrationReplay(store, catalog, items);
        _writes = new RegistrationWrites(store, catalog, giver, items, plant, _again);
        _preview = new RegistrationPreview(store, catalog, giver, items, _again);
    }

    /// <summary>Registers one item. If the same item was registered before, the answer is its current record.</summary>
    public async Task<Result<Registered>> RegisterAsync(
        RegistrationRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = await RegisterAsync([request], caller, cancellationToken);
        return results[0];
    }

    /// <summary>
    /// Registers many items. The results are in the order of the items. A refused item does not stop the others.
    /// </summary>
    public Task<Result<Registered>[]> RegisterAsync(
        IReadOnlyList<RegistrationRequest> requests,
        Caller caller,
        CancellationToken cancellationToken
    ) => RegisterAsync(requests, null, caller, cancellationToken);

    /// <summary>Registers many items with what happens to some of them.</summary>
    /// <param name="requests">The items.</param>
    /// <param name="events">The events of each item, null for an item without; null for none at all.</param>
    /// <param name="caller">Who registers.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    private async Task<Result<Registered>[]> RegisterAsync(
        IReadOnlyList<RegistrationRequest> requests,
        IReadOnlyList<IItemEvents?>? events,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var batch = new RegistrationBatch(requests, caller) { Events = events };
        if (!caller.Is(Role.Registrar))
        {
            Array.Fill(batch.Results, AccessPolicy.Refusal(caller, Role.Registrar));
            _notes?.Count(batch.Results);
            return batch.Results;
        }
        var isNoted = false;
        for (var i = 0; i < requests.Count; i++)
        {
            batch.Items[i] = RegistrationCheck.Of(requests[i], caller, _catalog.Current);
            if (batch.EventsOf(i) is { } given)
            {
                batch.Items[i] = RegistrationCheck.Both(
                    batch.Items[i],
                    await given.CheckAsync(caller, cancellationToken)
                );
            }
            isNoted |= requests[i].Reinstate || RegistrationNotes.Grants(requests[i]);
        }
        var later = await RegisterAsync(batch, batch.All, mayWait: true, cancellationToken);
        if (later.Count > 0)
        {
            await RegisterAsync(batch, later, mayWait: false, cancellationToken);
        }
        if (caller.Prefix is not null)
        {
            batch.HideWhatIsBeyond();
        }
        _notes?.Count(batch.Results);
        if (isNoted && _notes is not null)
        {
            await _notes.NoteAsync(requests, batch.Results, caller);
        }
        return batch.Results;
    }

    /// <summary>
    /// Registers items of a batch. Returns those that have the key of another one of them: they wait once until that
    /// one is registered, so that their coding rule gives one number and not many.
    /// </summary>
    private async ValueTask<IReadOnlyList<int>> RegisterAsync(
        RegistrationBatch batch,
        IReadOnlyList<int> positions,
        bool mayWait,
        CancellationToken cancellationToken
    )
    {
        await FindByKeysAsync(batch, positions, cancellationToken);
        var planned = PlannedWrites.For(positions.Count);
        var keys = mayWait && positions.Count > 1 ? new HashSet<(string, string)>(positions.Count) : null;
        List<int>? later = null;
        try
        {
            for (var i = 0; i < positions.Count; i++)
            {
                var request = batch.Requests[positions[i]];
                if (
                    keys is not null
                    && request is { Identifier: null, Source: { } source, SourceKey: { } key }
                    && batch.Items[positions[i]].IsOk
                    && !keys.Add((source, BusinessKeys.Fold(key, caseSensitive: false)))
                )
                {
                    (later ??= []).Add(positions[i]);
                }
                else
                {
                    await PlanAsync(batch, positions[i], planned, skipTaken: false, cancellationToken);
                }
            }
            while (planned.Writes.Count > 0)
            {
                var outcomes = await _store.WriteAsync(planned.Writes, cancellationToken);
                planned = await SettleAsync(batch, planned, outcomes, cancellationToken);
            }
        }
        catch (StoreException)
        {
            // If a write was done nevertheless, the store notices that its number is taken.
            planned.Given.ForEach(_giver.TakeBack);
            throw;
        }
        return later ?? (IReadOnlyList<int>)[];
    }

    /// <summary>
    /// The same for items that a front end decoded. An item that it could not decode has its error as result.
    /// </summary>
    /// <param name="decoded">The items.</param>
    /// <param name="caller">Who registers.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    /// <param name="events">
    /// The events of each item, null for an item without; null for none at all. They are written with it, or nothing.
    /// </param>
    public async Task<Result<Registered>[]> RegisterAsync(
        IReadOnlyList<Result<RegistrationRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken,
        IReadOnlyList<IItemEvents?>? events = null
    )
    {
        var requests = new List<RegistrationRequest>(decoded.Count);
        var given = events is null ? null : new List<IItemEvents?>(decoded.Count);
        for (var i = 0; i < decoded.Count; i++)
        {
            if (decoded[i].IsOk)
            {
                requests.Add(decoded[i].Value);
                given?.Add(events![i]);
            }
        }
        var registered = await RegisterAsync(requests, given, caller, cancellationToken);
        var results = new Result<Registered>[decoded.Count];
        var next = 0;
        for (var i = 0; i < results.Length; i++)
        {
            if (!decoded[i].IsOk)
            {
                results[i] = decoded[i].Error!;
                continue;
            }
            results[i] = registered[next];
            if (results[i].Error is { } error)
            {
                _notes?.Denied(requests[next], error, caller);
            }
            next++;
        }
        return results;
    }

    /// <summary>
    /// Says what registering an item would do, and does nothing: it would be created, it is the same as registered, or
    /// it would be refused. What others write meanwhile, only the write finds.
    /// </summary>
    /// <param name="request">The item.</param>
    /// <param name="before">The unique values of items looked at before. This adds to them.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public ValueTask<Result<WriteOutcome>> PreviewAsync(
        RegistrationRequest request,
        PreviewedValues before,
        Caller caller,
        CancellationToken cancellationToken
    ) => _preview.PreviewAsync(request, before, caller, cancellationToken);

    /// <summary>
    /// What would be said of the identifier of an item that is to be created: that it is mistyped, with what may be
    /// meant. Null for nothing. For callers who may register.
    /// </summary>
    public ValueTask<Text?> DoubtAsync(RegistrationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _again.DoubtAsync(request);
    }

    /// <summary>
    /// Finds the records of items that come again without an identifier, so that their coding rule gives no number, and
    /// of those that may be brought back. What is written meanwhile, the store notices.
    /// </summary>
    private async ValueTask FindByKeysAsync(
        RegistrationBatch batch,
        IReadOnlyList<int> wanted,
        CancellationToken cancellationToken
    )
    {
        List<SideRow>? forms = null;
        List<int>? positions = null;
        for (var w = 0; w < wanted.Count; w++)
        {
            var i = wanted[w];
            var request = batch.Requests[i];
            if (
                request.FirstKey is { } key
                && (request.Identifier is null || request.Reinstate)
                && batch.Items[i].TryGet(out var item, out _)
            )
            {
                foreach (var source in _catalog.Current.SourcesOf(key.Source, item.Prefix))
                {
                    foreach (var form in _items.FormsOf(source, key.SourceKey!))
                    {
                        (forms ??= new List<SideRow>(wanted.Count)).Add(form);
                        (positions ??= new List<int>(wanted.Count)).Add(i);
                    }
                }
            }
        }
        if (forms is null)
        {
            return;
        }
        var found = await _store.FindByKeysAsync(forms, cancellationToken);
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i] is { } record && batch.Caller.Reaches(record.Key.Bytes))
            {
                batch.Found[positions![i]] ??= record;
            }
        }
    }

    /// <summary>Adds the write of an item to the plan, or sets the item's result if it is not written.</summary>
    private async ValueTask PlanAsync(
        RegistrationBatch batch,
        int position,
        PlannedWrites planned,
        bool skipTaken,
        CancellationToken cancellationToken
    )
    {
        var request = batch.Requests[position];
        var found = batch.Found[position];
        if (!batch.Items[position].TryGet(out var item, out var error))
        {
            batch.Results[position] = await _again.ReplayAsync(request, batch.Caller, error, cancellationToken);
            return;
        }
        var isBack = request.Reinstate && found is null or { Status: RecordStatus.Revoked };
        if (found is not null && !isBack)
        {
            batch.Results[position] = await _again.AgainAsync(request, batch.Caller, found, byKey: true, null);
            return;
        }
        var tombstone = isBack
            ? found ?? await _writes.FindTombstoneAsync(request, item.Identifier, cancellationToken)
            : null;
        if (
            isBack
            && tombstone is null
            && item.Identifier is { } asGiven
            && IdentifierErrors.NotAsPrinted(asGiven) is { } unfit
        )
        {
            batch.Results[position] = await _again.ReplayAsync(request, batch.Caller, unfit, cancellationToken);
            return;
        }
        var given = await _writes.GiveAsync(request, item, tombstone, skipTaken, cancellationToken);
        if (!given.TryGet(out var identifier, out error))
        {
            batch.Results[position] = await _again.ReplayAsync(request, batch.Caller, error, cancellationToken);
            return;
        }
        var write = await _writes.ToWriteAsync(
            batch,
            position,
            identifier.Identifier,
            item,
            tombstone,
            cancellationToken
        );
        if (batch.EventsOf(position) is { } events && write.TryGet(out var alone, out _))
        {
            write = await events.AddToAsync(
                alone,
                identifier.Identifier,
                batch.Caller,
                isTry: false,
                cancellationToken
            );
        }
        if (write.TryGet(out var made, out error))
        {
            planned.Add(made, position, identifier);
        }
        else
        {
            _giver.TakeBack(identifier);
            batch.Results[position] = error;
        }
    }

    /// <summary>Sets the results. Plans an item again if the identifier from its coding rule was taken.</summary>
    private async ValueTask<PlannedWrites> SettleAsync(
        RegistrationBatch batch,
        PlannedWrites written,
        IReadOnlyList<RecordWriteResult> outcomes,
        CancellationToken cancellationToken
    )
    {
        var again = PlannedWrites.For(0);
        for (var i = 0; i < outcomes.Count; i++)
        {
            var (position, outcome) = (written.Positions[i], outcomes[i]);
            try
            {
                // An identifier that a restore kept is the item's own, also if it is registered again without this key.
                var isTaken =
                    outcome.Outcome == WriteOutcome.IdentifierTaken
                    && written.Writes[i].Generated
                    && !written.Given[i].IsLost;
                if (IsUnused(outcome.Outcome))
                {
                    _giver.TakeBack(written.Given[i]);
                }
                batch.Found[position] = RegistrationWrites.TombstoneOf(
                    batch.Requests[position],
                    written.Writes[i],
                    outcome
                );
                if (isTaken || batch.Found[position] is not null)
                {
                    await PlanAsync(batch, position, again, skipTaken: isTaken, cancellationToken);
                }
                else
                {
                    batch.Results[position] = batch.EventsOf(position)?.Settle(outcome) is { } refusal
                        ? refusal
                        : await _again.ResultOfAsync(batch.Requests[position], batch.Caller, outcome);
                }
            }
            catch (StoreException e)
            {
                // Other items of the batch are on disk by now, so only this item gets the error.
                batch.Results[position] = e.Error;
            }
        }
        return again;
    }

    /// <summary>
    /// True if nothing has the identifier of a write. After a failure that is not known.
    /// </summary>
    private static bool IsUnused(WriteOutcome outcome) =>
        outcome
            is WriteOutcome.Same
                or WriteOutcome.KeyTaken
                or WriteOutcome.NotUnique
                or WriteOutcome.Revoked
                or WriteOutcome.EventRefused;
}
