using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;

namespace IdResolution.Core.Registration;

/// <summary>
/// Registers items: checks them and gives identifiers. The store's transaction decides about conflicts. Thread-safe.
/// </summary>
public sealed class Registrar(
    IRecordStore store,
    CatalogHolder catalog,
    IdentifierGiver giver,
    ItemRecognizer items,
    PlantClock plant,
    RegistrationNotes? notes = null
)
{
    /// <summary>The greatest number of items in one batch. Front ends check it.</summary>
    public const int MaxBatch = 2_000;

    // Each is an entry of the log, and every node reads its catalog again.
    private const int MostNewSources = 16;

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
        var batch = new Batch(requests, caller) { Events = events };
        if (!caller.Is(Role.Registrar))
        {
            Array.Fill(batch.Results, AccessPolicy.Refusal(caller, Role.Registrar));
            notes?.Count(batch.Results);
            return batch.Results;
        }
        var isNoted = false;
        for (var i = 0; i < requests.Count; i++)
        {
            batch.Items[i] = Check(requests[i], caller, catalog.Current);
            if (batch.EventsOf(i) is { } given)
            {
                batch.Items[i] = Both(batch.Items[i], await given.CheckAsync(caller, cancellationToken));
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
        notes?.Count(batch.Results);
        if (isNoted && notes is not null)
        {
            await notes.NoteAsync(requests, batch.Results, caller);
        }
        return batch.Results;
    }

    /// <summary>
    /// Registers items of a batch. Returns those that have the key of another one of them: they wait once until that
    /// one is registered, so that their coding rule gives one number and not many.
    /// </summary>
    private async ValueTask<IReadOnlyList<int>> RegisterAsync(
        Batch batch,
        IReadOnlyList<int> positions,
        bool mayWait,
        CancellationToken cancellationToken
    )
    {
        await FindByKeysAsync(batch, positions, cancellationToken);
        var planned = Planned.For(positions.Count);
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
                var outcomes = await store.WriteAsync(planned.Writes, cancellationToken);
                planned = await SettleAsync(batch, planned, outcomes, cancellationToken);
            }
        }
        catch (StoreException)
        {
            // If a write was done nevertheless, the store notices that its number is taken.
            planned.Given.ForEach(giver.TakeBack);
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
                notes?.Denied(requests[next], error, caller);
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
    public async ValueTask<Result<WriteOutcome>> PreviewAsync(
        RegistrationRequest request,
        PreviewedValues before,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var known = catalog.Current;
        if (AccessPolicy.Require(caller, Role.Registrar) is { } refusal)
        {
            return refusal;
        }
        if (!Check(request, caller, known).TryGet(out var item, out var error))
        {
            return Outcome(await ReplayAsync(request, caller, error, cancellationToken));
        }
        var byKey = request.FirstKey is { } key
            ? await items.FindAsync(key, item.Prefix, cancellationToken)
            : (Result<StoredRecord?>)(StoredRecord?)null;
        if (!byKey.TryGet(out var existing, out error))
        {
            return error;
        }
        var hasKey = existing is not null;
        if (existing is null && item.Identifier is not null)
        {
            existing = (await store.FindAsync(item.Identifier.Key, cancellationToken)).Record;
        }
        if (existing is null)
        {
            var refused = item.Identifier is null ? giver.Check(item.Content, known) : null;
            refused ??= await FindTakenAsync(item.Content, before, cancellationToken);
            return refused is null ? WriteOutcome.Created : refused;
        }
        return request.Reinstate && existing.Status == RecordStatus.Revoked
            ? WriteOutcome.Reinstated
            : Outcome(await AgainAsync(request, caller, existing, hasKey, null));

        static Result<WriteOutcome> Outcome(Result<Registered> result) =>
            result.IsOk ? result.Value.Outcome : result.Error;
    }

    /// <summary>The error if a unique value of a new item is taken, or an item before gave it; else null.</summary>
    private async ValueTask<Error?> FindTakenAsync(
        RecordContent content,
        PreviewedValues before,
        CancellationToken cancellationToken
    )
    {
        var rows = SideTables.RowsOf(content).FindAll(row => row.Table == UniqueValues.Table);
        var holders = await store.FindByKeysAsync(rows, cancellationToken);
        for (var i = 0; i < rows.Count; i++)
        {
            if (holders[i] is { } holder)
            {
                return RegistrationErrors.NotUnique(
                    new RecordWriteResult(WriteOutcome.NotUnique, holder, rows[i].Field)
                );
            }
        }
        return before.FindTaken(rows) is { } twice ? RegistrationErrors.GivenTwice(twice) : null;
    }

    /// <summary>
    /// Finds the records of items that come again without an identifier, so that their coding rule gives no number, and
    /// of those that may be brought back. What is written meanwhile, the store notices.
    /// </summary>
    private async ValueTask FindByKeysAsync(Batch batch, IReadOnlyList<int> wanted, CancellationToken cancellationToken)
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
                foreach (var source in catalog.Current.SourcesOf(key.Source, item.Prefix))
                {
                    foreach (var form in items.FormsOf(source, key.SourceKey!))
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
        var found = await store.FindByKeysAsync(forms, cancellationToken);
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
        Batch batch,
        int position,
        Planned planned,
        bool skipTaken,
        CancellationToken cancellationToken
    )
    {
        var request = batch.Requests[position];
        var found = batch.Found[position];
        if (!batch.Items[position].TryGet(out var item, out var error))
        {
            batch.Results[position] = await ReplayAsync(request, batch.Caller, error, cancellationToken);
            return;
        }
        var isBack = request.Reinstate && found is null or { Status: RecordStatus.Revoked };
        if (found is not null && !isBack)
        {
            batch.Results[position] = await AgainAsync(request, batch.Caller, found, byKey: true, null);
            return;
        }
        var tombstone = isBack ? found ?? await FindTombstoneAsync(request, item.Identifier, cancellationToken) : null;
        if (
            isBack
            && tombstone is null
            && item.Identifier is { } asGiven
            && IdentifierErrors.NotAsPrinted(asGiven) is { } unfit
        )
        {
            batch.Results[position] = await ReplayAsync(request, batch.Caller, unfit, cancellationToken);
            return;
        }
        var given = await GiveAsync(request, item, tombstone, skipTaken, cancellationToken);
        if (!given.TryGet(out var identifier, out error))
        {
            batch.Results[position] = await ReplayAsync(request, batch.Caller, error, cancellationToken);
            return;
        }
        var write = await ToWriteAsync(batch, position, identifier.Identifier, item, tombstone, cancellationToken);
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
            giver.TakeBack(identifier);
            batch.Results[position] = error;
        }
    }

    /// <summary>Sets the results. Plans an item again if the identifier from its coding rule was taken.</summary>
    private async ValueTask<Planned> SettleAsync(
        Batch batch,
        Planned written,
        IReadOnlyList<RecordWriteResult> outcomes,
        CancellationToken cancellationToken
    )
    {
        var again = Planned.For(0);
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
                    giver.TakeBack(written.Given[i]);
                }
                batch.Found[position] = TombstoneOf(batch.Requests[position], written.Writes[i], outcome);
                if (isTaken || batch.Found[position] is not null)
                {
                    await PlanAsync(batch, position, again, skipTaken: isTaken, cancellationToken);
                }
                else
                {
                    batch.Results[position] = batch.EventsOf(position)?.Settle(outcome) is { } refusal
                        ? refusal
                        : await ResultOfAsync(batch.Requests[position], batch.Caller, outcome);
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
    /// The tombstone that a write turned out to be about, revoked or changed since it was planned; else null.
    /// </summary>
    private static StoredRecord? TombstoneOf(
        RegistrationRequest request,
        RegisterRecord write,
        RecordWriteResult outcome
    ) =>
        request.Reinstate
        && (!write.Reinstate || outcome.Outcome == WriteOutcome.VersionConflict)
        && outcome.Record is { Status: RecordStatus.Revoked }
        && (request.FirstKey is null || outcome.Outcome != WriteOutcome.IdentifierTaken)
            ? outcome.Record
            : null;

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

    /// <summary>The faults of an item and of its events together. A caller who may not is told that alone.</summary>
    private static Result<CheckedItem> Both(Result<CheckedItem> item, Error? ofEvents)
    {
        if (ofEvents is null || item.Error is { Code: ErrorCode.Forbidden })
        {
            return item;
        }
        if (item.IsOk || ofEvents.Code == ErrorCode.Forbidden)
        {
            return ofEvents;
        }
        var faults = new Faults();
        faults.Add(item.Error);
        faults.Add(ofEvents);
        return faults.TryCombine(out var all) ? all : item;
    }

    /// <summary>Checks an item as far as possible without the store, and reports every fault.</summary>
    private static Result<CheckedItem> Check(RegistrationRequest request, Caller caller, NodeCatalog known)
    {
        var item = CheckRead(request, caller, known);
        return request.Misread is null ? item : Faults.Join(request.Misread, item.Error)!;
    }

    private static Result<CheckedItem> CheckRead(RegistrationRequest request, Caller caller, NodeCatalog known)
    {
        var faults = new Faults();
        BusinessKeyRules.Check(request, faults);
        Identifier? identifier = null;
        if (
            request.Identifier is not null
            && !IdentifierGiver
                .Parse(request.Identifier, known, isNew: !request.Reinstate)
                .TryGet(out identifier, out var identifierError)
        )
        {
            faults.Add(identifierError);
        }
        if (Misreads(request, "template"))
        {
            // What else is needed hangs on the template.
            return faults.TryCombine(out var sofar) ? sofar : request.Misread!;
        }
        var found = FindTemplate(request, caller, known);
        if (!found.IsOk)
        {
            faults.Add(found.Error);
            faults.TryCombine(out var all);
            return all!;
        }
        var content = RecordValidator.Check(found.Value, request.Attributes, request.Values);
        if (!content.IsOk)
        {
            faults.Add(content.Error);
        }
        if (faults.TryCombine(out var faulty))
        {
            return faulty;
        }
        return Permitted(request, identifier, content.Value, caller, known);
    }

    /// <summary>An item without faults, if the caller may register it.</summary>
    private static Result<CheckedItem> Permitted(
        RegistrationRequest request,
        Identifier? identifier,
        RecordContent content,
        Caller caller,
        NodeCatalog known
    )
    {
        if (request.Values.Count > 0 && AccessPolicy.Granting(caller, request.Values, []) is { } granting)
        {
            return granting;
        }
        if (identifier is not null)
        {
            return AccessPolicy.RequireWriting(caller, identifier) is { } refusal
                ? refusal
                : new CheckedItem(identifier, content, identifier.Prefix.Text);
        }
        if (!IdentifierGiver.PrefixOf(content, known).TryGet(out var prefix, out var noPrefix))
        {
            // A tombstone that comes back by its key has its own identifier.
            return request.Reinstate ? new CheckedItem(null, content, null) : noPrefix;
        }
        return AccessPolicy.RequireReach(caller, prefix) is { } beyond
            ? beyond
            : new CheckedItem(null, content, prefix);
    }

    /// <summary>The identifier of a tombstone in its first spelling, the one given, or one by the rule.</summary>
    private async ValueTask<Result<GivenIdentifier>> GiveAsync(
        RegistrationRequest request,
        CheckedItem item,
        StoredRecord? tombstone,
        bool skipTaken,
        CancellationToken cancellationToken
    )
    {
        var known = catalog.Current;
        var identifier = KeptBy(tombstone, item.Identifier);
        if (identifier is null)
        {
            return await giver.GiveAsync(request, item.Content, known, skipTaken, cancellationToken);
        }
        // The caller may not have named the identifier of a tombstone.
        return known.IsHomed(identifier)
            ? new GivenIdentifier(identifier)
            : IdentifierErrors.NotResponsible(identifier.Prefix.Text, "identifier");
    }

    private static Identifier? KeptBy(StoredRecord? tombstone, Identifier? given) =>
        tombstone is not null
        && Identifier.TryParse(RecordState.IdentifierOf(tombstone), out var kept)
        && (given is null || given.Equals(kept))
            ? kept
            : given;

    private async ValueTask<StoredRecord?> FindTombstoneAsync(
        RegistrationRequest request,
        Identifier? identifier,
        CancellationToken cancellationToken
    ) =>
        request.FirstKey is null && identifier is not null
            ? (await store.FindAsync(identifier.Key, cancellationToken)).Record
            : null;

    /// <summary>
    /// Makes the write, and the sources that its keys are the first of. A tombstone that comes back keeps its keys, and
    /// gets no others.
    /// </summary>
    private async ValueTask<Result<RegisterRecord>> ToWriteAsync(
        Batch batch,
        int position,
        Identifier identifier,
        CheckedItem item,
        StoredRecord? tombstone,
        CancellationToken cancellationToken
    )
    {
        var request = batch.Requests[position];
        var (caller, prefix) = (batch.Caller, identifier.Prefix.Text);
        if (AccessPolicy.RequireWriting(caller, identifier) is { } refusal)
        {
            return refusal;
        }
        if (
            tombstone is not null
            && AccessPolicy.Granted(
                caller,
                RecordContent.Of(RecordReader.TemplateOf(tombstone, catalog.Current), tombstone).Values
            )
                is { } granted
        )
        {
            return granted;
        }
        var missing = tombstone is null ? MissingSources(request, prefix) : null;
        var write = ToWrite(request, identifier, item, tombstone, caller, missing);
        var events = batch.EventsOf(position);
        if (
            (missing is null && events?.NamesNewSources(identifier, caller) != true)
            || !write.TryGet(out var planned, out _)
        )
        {
            return write;
        }
        var error = missing is null
            ? null
            : await RefusalAsync(batch, position, item, planned, missing, cancellationToken);
        if (error is null && events is not null)
        {
            error = await TryAsync(batch, position, planned, identifier, cancellationToken);
        }
        if (missing is null || error is not null)
        {
            return error is null ? write : error;
        }
        error = await items.MakeSourcesAsync(missing, prefix, caller, cancellationToken);
        return error is null ? ToWrite(request, identifier, item, tombstone, caller, null) : error;
    }

    /// <summary>
    /// Has the store try an item with its events, so that a refused call makes no source. Returns why it is refused.
    /// </summary>
    private async ValueTask<Error?> TryAsync(
        Batch batch,
        int position,
        RegisterRecord planned,
        Identifier identifier,
        CancellationToken cancellationToken
    )
    {
        var (request, events) = (batch.Requests[position], batch.EventsOf(position)!);
        var tried = await events.AddToAsync(planned, identifier, batch.Caller, isTry: true, cancellationToken);
        if (!tried.TryGet(out var write, out var error))
        {
            return error;
        }
        var outcome = (await store.WriteAsync([write], cancellationToken))[0];
        var isPlannedAgain =
            (outcome.Outcome == WriteOutcome.IdentifierTaken && planned.Generated)
            || TombstoneOf(request, planned, outcome) is not null;
        return isPlannedAgain
            ? null
            : events.Settle(outcome) ?? (await ResultOfAsync(request, batch.Caller, outcome)).Error;
    }

    /// <summary>The codes of the sources that an item's keys are the first of; null if there are none.</summary>
    private List<string>? MissingSources(RegistrationRequest request, string prefix)
    {
        List<string>? missing = null;
        for (var i = -1; request.FirstKey is not null && i < request.FurtherKeys.Count; i++)
        {
            var code = i < 0 ? request.Source! : request.FurtherKeys[i].Source;
            if (catalog.Current.FindSource(code, prefix) is null && missing?.Contains(code) != true)
            {
                (missing ??= []).Add(code);
            }
        }
        return missing;
    }

    /// <summary>
    /// Refuses an item with new sources for what else only the store's transaction would find: a refused item is not
    /// the first of a source.
    /// </summary>
    private async ValueTask<Error?> RefusalAsync(
        Batch batch,
        int position,
        CheckedItem item,
        RegisterRecord planned,
        List<string> missing,
        CancellationToken cancellationToken
    )
    {
        var request = batch.Requests[position];
        batch.NewSources += missing.Count;
        if (batch.NewSources > MostNewSources)
        {
            batch.NewSources -= missing.Count;
            return RegistrationErrors.TooManyNewSources(MostNewSources, FieldOf(missing[0], request));
        }
        if (item.Identifier is { } named && (await store.FindAsync(named.Key, cancellationToken)).Record is { } taken)
        {
            return (await AgainAsync(request, batch.Caller, taken, byKey: false, null)).Error;
        }
        List<SideRow> rows = [.. planned.Rows.Where(row => row.Table.HasOneHolder), .. planned.OtherForms];
        var holders = await store.FindByKeysAsync(rows, cancellationToken);
        for (var i = 0; i < rows.Count; i++)
        {
            if (holders[i] is { } holder)
            {
                return Taken(rows[i], holder);
            }
        }
        return null;
    }

    private static Error Taken(SideRow row, StoredRecord holder) =>
        row.Table == BusinessKeys.Table
            ? RegistrationErrors.KeyTaken(holder, row.Field!)
            : RegistrationErrors.NotUnique(new RecordWriteResult(WriteOutcome.NotUnique, holder, row.Field));

    private static string FieldOf(string source, RegistrationRequest request)
    {
        var at = -1;
        while (source != (at < 0 ? request.Source : request.FurtherKeys[at].Source))
        {
            at++;
        }
        return at < 0 ? "source" : $"furtherKeys[{at}].source";
    }

    /// <param name="request">The registration.</param>
    /// <param name="identifier">Its identifier.</param>
    /// <param name="item">The checked item.</param>
    /// <param name="tombstone">The tombstone to bring back; null for a new record.</param>
    /// <param name="caller">Who registers.</param>
    /// <param name="missing">The sources that are not there yet: rows of their keys have numbers below zero.</param>
    private Result<RegisterRecord> ToWrite(
        RegistrationRequest request,
        Identifier identifier,
        CheckedItem item,
        StoredRecord? tombstone,
        Caller caller,
        List<string>? missing
    )
    {
        var keys = new ItemKeys(SideTables.RowsOf(item.Content));
        var further = tombstone is null ? request.FurtherKeys.Count : 0;
        for (var i = -1; request.FirstKey is { } first && i < further; i++)
        {
            var key = i < 0 ? first : request.FurtherKeys[i];
            var source =
                catalog.Current.FindSource(key.Source, identifier.Prefix.Text)
                ?? Source.New(key.Source, null) with
                {
                    Object = -1 - missing!.IndexOf(key.Source),
                };
            var field = i < 0 ? "sourceKey" : $"furtherKeys[{i}].sourceKey";
            if (!keys.TryAdd(key, items.FormsOf(source, key.SourceKey!), field))
            {
                return RegistrationErrors.KeyTwice(field);
            }
        }
        var content = items.Seal(item.Content, identifier.Key);
        var state = StateEncoder.Encode(
            content,
            identifier.Text,
            RecordStatus.Active,
            tombstone is null ? keys.All : RecordState.KeysOf(tombstone.State)
        );
        if (!RecordValidator.HasRoom(state))
        {
            return RecordErrors.TooLarge();
        }
        return new RegisterRecord
        {
            Key = identifier.Key,
            Generated = request.Identifier is null,
            // Without the tombstone, its keys would be lost.
            Reinstate = tombstone is not null,
            TombstoneVersion = tombstone?.Version,
            Template = content.Template?.Code,
            FirstKey = keys.FirstForms,
            Digest = items.Digest(item.Content),
            State = state,
            Commitments = Commitments.Of(state),
            Rows = keys.Rows,
            OtherForms = keys.OtherForms,
            Actor = caller.Actor,
            Time = Micros.Now(plant.Time),
        };
    }

    /// <summary>True if a member was given that could not be read.</summary>
    private static bool Misreads(RegistrationRequest request, string member) =>
        request.Misread?.Details.Any(e => e.Field?.StartsWith(member, StringComparison.Ordinal) == true) == true;

    /// <summary>Finds the template. To a caller who is bound to a prefix there are no templates of others.</summary>
    private static Result<Template?> FindTemplate(RegistrationRequest request, Caller caller, NodeCatalog known)
    {
        if (request.Template is null)
        {
            return request.Values.Count > 0 || Misreads(request, "values")
                ? (Template?)null
                : RegistrationErrors.NoContent();
        }
        if (known.FindLatest(request.Template) is not { } latest || !caller.Shares(latest.Prefix))
        {
            return RegistrationErrors.NoTemplate(request.Template);
        }
        return known.FindPublished(request.Template) is { } template
            ? template
            : RegistrationErrors.NotPublished(request.Template);
    }

    private async ValueTask<Result<Registered>> ResultOfAsync(
        RegistrationRequest request,
        Caller caller,
        RecordWriteResult result
    )
    {
        switch (result.Outcome)
        {
            case WriteOutcome.Same when !catalog.Current.IsHomed(result.Record!.Key):
                return NotResponsible(result.Record);
            case WriteOutcome.Reinstated when items.LacksKeys(request, result.Record!):
                return new Registered(result.Outcome, result.Record!) { Differs = ["furtherKeys"] };
            case WriteOutcome.Created or WriteOutcome.Reinstated or WriteOutcome.Same:
                return new Registered(result.Outcome, result.Record!);
            case WriteOutcome.Revoked:
                return IdentifierErrors.Revoked(RecordState.IdentifierOf(result.Record!));
            case WriteOutcome.Failed:
                return result.Error!;
            case WriteOutcome.NotUnique:
                return RegistrationErrors.NotUnique(result);
            case WriteOutcome.KeyTaken when result.Field is { } field:
                return RegistrationErrors.KeyTaken(result.Record!, field);
            default:
                var byKey = result.Outcome == WriteOutcome.KeyTaken;
                return await AgainAsync(request, caller, result.Record!, byKey, null);
        }
    }

    /// <summary>
    /// Recognises a registration that was accepted before, even if its template has new rules or was withdrawn, or its
    /// sequence is used up.
    /// </summary>
    private async ValueTask<Result<Registered>> ReplayAsync(
        RegistrationRequest request,
        Caller caller,
        Error refusal,
        CancellationToken cancellationToken
    )
    {
        Identifier? identifier = null;
        if (
            // Who may not write a secret may not find out by comparing either.
            refusal.Code == ErrorCode.Forbidden
            || request.Misread is not null
            || (request.Identifier is not null && !Identifier.TryParse(request.Identifier, out identifier))
        )
        {
            return refusal;
        }
        StoredRecord? existing = null;
        if (request is { Source: not null, SourceKey: not null })
        {
            var found = await items.FindAsync(request.FirstKey!.Value, identifier?.Prefix.Text, cancellationToken);
            existing = found.IsOk ? found.Value : null;
        }
        else if (identifier is not null)
        {
            existing = (await store.FindAsync(identifier.Key, cancellationToken)).Record;
        }
        return existing is null || (request.Reinstate && existing.Status == RecordStatus.Revoked)
            ? refusal
            : await AgainAsync(request, caller, existing, byKey: request.SourceKey is not null, refusal);
    }

    /// <summary>The answer to a registration whose key or identifier belongs to a record.</summary>
    /// <param name="request">The registration.</param>
    /// <param name="caller">Who registers.</param>
    /// <param name="existing">The record.</param>
    /// <param name="byKey">True if the record has the key, false if it has the identifier alone.</param>
    /// <param name="refusal">The refusal if it is not the same again; null for that of a conflict.</param>
    private async ValueTask<Result<Registered>> AgainAsync(
        RegistrationRequest request,
        Caller caller,
        StoredRecord existing,
        bool byKey,
        Error? refusal
    )
    {
        if (!catalog.Current.IsHomed(existing.Key))
        {
            return refusal ?? NotResponsible(existing);
        }
        var identifier = Identifier.TryParse(request.Identifier, out var parsed) ? parsed : null;
        // An item under another key is another item, whatever it holds.
        var differs =
            byKey || request.FirstKey is null ? await items.CompareAsync(request, identifier, existing, caller) : null;
        // Who knows the item by a further key need not know all of it.
        var isSame =
            differs is { Count: 0 }
            || (differs is not null && byKey && !items.IsFirst(request.FirstKey!.Value, existing));
        if (!isSame)
        {
            return refusal ?? RegistrationErrors.Conflict(request, existing, byKey, differs);
        }
        return existing.Status == RecordStatus.Revoked
            ? IdentifierErrors.Revoked(RecordState.IdentifierOf(existing))
            : new Registered(WriteOutcome.Same, existing) { Differs = differs! };
    }

    private static Error NotResponsible(StoredRecord record) =>
        IdentifierErrors.NotResponsible(
            Identifier.Parse(RecordState.IdentifierOf(record)).Value.Prefix.Text,
            "identifier"
        );

    /// <summary>The items of one call and their results.</summary>
    private sealed class Batch(IReadOnlyList<RegistrationRequest> requests, Caller caller)
    {
        public IReadOnlyList<RegistrationRequest> Requests => requests;

        /// <summary>The events of each item; null for none at all.</summary>
        public IReadOnlyList<IItemEvents?>? Events { get; init; }

        /// <summary>The events of an item; null for none.</summary>
        public IItemEvents? EventsOf(int position) => Events?[position];

        public Caller Caller => caller;

        public Result<Registered>[] Results { get; } = new Result<Registered>[requests.Count];

        /// <summary>The positions of all items.</summary>
        public IReadOnlyList<int> All { get; } = [.. Enumerable.Range(0, requests.Count)];

        /// <summary>What the check says of each item.</summary>
        public Result<CheckedItem>[] Items { get; } = new Result<CheckedItem>[requests.Count];

        /// <summary>The number of sources that items of the call are the first of.</summary>
        public int NewSources { get; set; }

        /// <summary>The records that have the items' keys, as far as they were looked for.</summary>
        public StoredRecord?[] Found { get; } = new StoredRecord?[requests.Count];

        /// <summary>Has the results say nothing of items beyond the prefix that the caller is bound to.</summary>
        public void HideWhatIsBeyond()
        {
            for (var i = 0; i < Results.Length; i++)
            {
                if (!Results[i].TryGet(out var registered, out var error))
                {
                    Results[i] = AccessPolicy.WithinReach(error, caller);
                }
                else if (!caller.Reaches(registered.Record.Key.Bytes))
                {
                    // The same again, by a key of a source that all prefixes share.
                    Results[i] = AccessPolicy.Taken(ErrorCode.KeyConflict, "sourceKey");
                }
            }
        }
    }

    /// <summary>An item that passed the check.</summary>
    /// <param name="Identifier">The identifier given, or null.</param>
    /// <param name="Content">The checked content.</param>
    /// <param name="Prefix">The prefix of its identifier; null if only a tombstone can have one.</param>
    private readonly record struct CheckedItem(Identifier? Identifier, RecordContent Content, string? Prefix);

    /// <summary>The writes to do, and for each the position of its item in the batch, and what it was given.</summary>
    private readonly record struct Planned(
        List<RegisterRecord> Writes,
        List<int> Positions,
        List<GivenIdentifier> Given
    )
    {
        public static Planned For(int count) =>
            new(new List<RegisterRecord>(count), new List<int>(count), new List<GivenIdentifier>(count));

        public void Add(RegisterRecord write, int position, GivenIdentifier given)
        {
            Writes.Add(write);
            Positions.Add(position);
            Given.Add(given);
        }
    }
}
