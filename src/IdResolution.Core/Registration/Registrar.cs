using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;
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
    NodeSecrets secrets,
    PlantClock plant,
    NodeTelemetry? telemetry = null
)
{
    /// <summary>The greatest number of items in one batch. Front ends check it.</summary>
    public const int MaxBatch = 2_000;

    private readonly RegistrationMetrics _metrics = new(telemetry ?? NodeTelemetry.None);

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
    public async Task<Result<Registered>[]> RegisterAsync(
        IReadOnlyList<RegistrationRequest> requests,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = new Result<Registered>[requests.Count];
        if (!caller.Is(Role.Registrar))
        {
            Array.Fill(results, AccessPolicy.Refusal(caller, Role.Registrar));
            _metrics.Count(results);
            return results;
        }
        var batch = new Batch(requests, results, caller);
        var planned = Planned.For(requests.Count);
        for (var i = 0; i < requests.Count; i++)
        {
            await PlanAsync(batch, i, planned, skipTaken: false, cancellationToken);
        }
        while (planned.Writes.Count > 0)
        {
            var outcomes = await store.WriteAsync(planned.Writes, cancellationToken);
            planned = await SettleAsync(batch, planned, outcomes, cancellationToken);
        }
        _metrics.Count(results);
        return results;
    }

    /// <summary>
    /// The same for items that a front end decoded. An item that it could not decode has its error as result.
    /// </summary>
    public async Task<Result<Registered>[]> RegisterAsync(
        IReadOnlyList<Result<RegistrationRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var requests = new List<RegistrationRequest>(decoded.Count);
        foreach (var item in decoded)
        {
            if (item.IsOk)
            {
                requests.Add(item.Value);
            }
        }
        var registered = await RegisterAsync(requests, caller, cancellationToken);
        var results = new Result<Registered>[decoded.Count];
        var next = 0;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = decoded[i].IsOk ? registered[next++] : decoded[i].Error!;
        }
        return results;
    }

    /// <summary>
    /// Says what registering an item would do, and does nothing: it would be created, it is the same as registered, or
    /// it would be refused. Whether a unique value is taken only the write decides.
    /// </summary>
    public async ValueTask<Result<WriteOutcome>> PreviewAsync(
        RegistrationRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var known = catalog.Current;
        var error = AccessPolicy.Require(caller, Role.Registrar);
        if (error is null && Check(request, caller, known).TryGet(out var item, out error))
        {
            error = await FindConflictAsync(request, item.Identifier, cancellationToken);
            if (error is null && item.Identifier is null)
            {
                error = giver.Check(item.Content, known);
            }
        }
        if (error is null)
        {
            return WriteOutcome.Created;
        }
        var replayed = await ReplayAsync(request, error, cancellationToken);
        return replayed.IsOk ? replayed.Value.Outcome : replayed.Error;
    }

    /// <summary>The refusal if a record stands under the item's key or identifier, same or not; else null.</summary>
    private async ValueTask<Error?> FindConflictAsync(
        RegistrationRequest request,
        Identifier? identifier,
        CancellationToken cancellationToken
    )
    {
        var outcome = request.SourceKey is null ? WriteOutcome.IdentifierTaken : WriteOutcome.KeyTaken;
        var existing = await FindAsync(request, identifier, cancellationToken);
        if (existing is null && identifier is not null)
        {
            existing = (await store.FindAsync(identifier.Key, cancellationToken)).Record;
            outcome = WriteOutcome.IdentifierTaken;
        }
        return existing is null ? null : RegistrationErrors.Conflict(request, new RecordWriteResult(outcome, existing));
    }

    /// <summary>Adds the write of an item to the plan, or sets the item's result if it cannot be written.</summary>
    private async ValueTask PlanAsync(
        Batch batch,
        int position,
        Planned planned,
        bool skipTaken,
        CancellationToken cancellationToken
    )
    {
        var request = batch.Requests[position];
        var prepared = await PrepareAsync(request, batch.Caller, skipTaken, cancellationToken);
        if (prepared.TryGet(out var write, out var error))
        {
            planned.Add(write, position);
        }
        else
        {
            batch.Results[position] = await ReplayAsync(request, error, cancellationToken);
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
            var position = written.Positions[i];
            try
            {
                if (outcomes[i].Outcome == WriteOutcome.IdentifierTaken && written.Writes[i].Generated)
                {
                    await PlanAsync(batch, position, again, skipTaken: true, cancellationToken);
                }
                else
                {
                    var request = batch.Requests[position];
                    batch.Results[position] = await ResultOfAsync(request, outcomes[i], cancellationToken);
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

    private async ValueTask<Result<RegisterRecord>> PrepareAsync(
        RegistrationRequest request,
        Caller caller,
        bool skipTaken,
        CancellationToken cancellationToken
    )
    {
        var known = catalog.Current;
        if (!Check(request, caller, known).TryGet(out var item, out var faulty))
        {
            return faulty;
        }
        var tombstone = request.Reinstate
            ? await FindTombstoneAsync(request, item.Identifier, cancellationToken)
            : null;
        var identifier = KeptBy(tombstone, item.Identifier);
        if (identifier is null)
        {
            var given = await giver.GiveAsync(request, item.Content, known, skipTaken, cancellationToken);
            if (!given.TryGet(out identifier, out var error))
            {
                return error;
            }
        }
        // Needed also for the identifier of a tombstone, which the caller may not have named.
        if (!known.IsHomed(identifier))
        {
            return IdentifierErrors.NotResponsible(identifier.Prefix.Text, "identifier");
        }
        if (AccessPolicy.Require(caller, AccessPolicy.RoleToWrite(identifier)) is { } refusal)
        {
            return refusal;
        }
        var key = BusinessKeyOf(request, tombstone, known);
        return ToWrite(request, identifier, item.Content, key, caller);
    }

    /// <summary>Checks an item as far as possible without the store, and reports every fault.</summary>
    private static Result<CheckedItem> Check(RegistrationRequest request, Caller caller, NodeCatalog known)
    {
        var faults = new Faults();
        BusinessKeyRules.Check(request, faults);
        Identifier? identifier = null;
        if (
            request.Identifier is not null
            && !IdentifierGiver.Parse(request.Identifier, known).TryGet(out identifier, out var identifierError)
        )
        {
            faults.Add(identifierError);
        }
        var found = FindTemplate(request, known);
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
        if (request.Values.Count > 0 && AccessPolicy.Granting(caller, request.Values, []) is { } granting)
        {
            return granting;
        }
        return new CheckedItem(identifier, content.Value);
    }

    /// <summary>
    /// The identifier of the tombstone in its first spelling, so that no new number is used; otherwise the one given.
    /// </summary>
    private static Identifier? KeptBy(StoredRecord? tombstone, Identifier? given) =>
        tombstone is not null
        && Identifier.TryParse(RecordState.IdentifierOf(tombstone), out var kept)
        && (given is null || given.Equals(kept))
            ? kept
            : given;

    /// <summary>A record keeps its business key for ever, even if the request that reinstates it has none.</summary>
    private static (string? Source, string? SourceKey) BusinessKeyOf(
        RegistrationRequest request,
        StoredRecord? tombstone,
        NodeCatalog known
    )
    {
        if (tombstone is null || request.SourceKey is not null)
        {
            return (request.Source, request.SourceKey);
        }
        var kept = RecordReader.Read(tombstone, known, Projection.Admin);
        return (kept.Source, kept.SourceKey);
    }

    private async ValueTask<StoredRecord?> FindTombstoneAsync(
        RegistrationRequest request,
        Identifier? identifier,
        CancellationToken cancellationToken
    )
    {
        var found = await FindAsync(request, identifier, cancellationToken);
        return found is { Status: RecordStatus.Revoked } ? found : null;
    }

    private RegisterRecord ToWrite(
        RegistrationRequest request,
        Identifier identifier,
        RecordContent content,
        (string? Source, string? SourceKey) key,
        Caller caller
    )
    {
        var digest = RegistrationDigest.Of(content, secrets, request.Identifier is null ? null : identifier.Key);
        var state = StateEncoder.Encode(
            content.Seal(secrets),
            identifier.Text,
            RecordStatus.Active,
            key.Source,
            key.SourceKey
        );
        return new RegisterRecord
        {
            Key = identifier.Key,
            Generated = request.Identifier is null,
            Reinstate = request.Reinstate,
            Template = content.Template?.Code,
            Source = request.Source,
            SourceKey = request.SourceKey,
            Digest = digest,
            State = state,
            Commitments = Commitments.Of(state),
            Rows = SideTables.RowsOf(content),
            Actor = caller.Actor,
            Time = Micros.Now(plant.Time),
        };
    }

    private static Result<Template?> FindTemplate(RegistrationRequest request, NodeCatalog known)
    {
        if (request.Template is null)
        {
            return request.Values.Count > 0 ? (Template?)null : RegistrationErrors.NoContent();
        }
        if (known.FindPublished(request.Template) is { } template)
        {
            return template;
        }
        return known.FindLatest(request.Template) is null
            ? RegistrationErrors.NoTemplate(request.Template)
            : RegistrationErrors.NotPublished(request.Template);
    }

    private async ValueTask<Result<Registered>> ResultOfAsync(
        RegistrationRequest request,
        RecordWriteResult result,
        CancellationToken cancellationToken
    )
    {
        switch (result.Outcome)
        {
            case WriteOutcome.Same when !catalog.Current.IsHomed(result.Record!.Key):
                return IdentifierErrors.NotResponsible(
                    Identifier.Parse(RecordState.IdentifierOf(result.Record)).Value.Prefix.Text,
                    "identifier"
                );
            case WriteOutcome.Created or WriteOutcome.Reinstated or WriteOutcome.Same:
                return new Registered(result.Outcome, result.Record!);
            case WriteOutcome.Revoked:
                return IdentifierErrors.Revoked(RecordState.IdentifierOf(result.Record!));
            case WriteOutcome.Failed:
                return result.Error!;
            case WriteOutcome.NotUnique:
                return RegistrationErrors.NotUnique(result);
            default:
                return await ReplayAsync(request, RegistrationErrors.Conflict(request, result), cancellationToken);
        }
    }

    /// <summary>
    /// Recognises a registration that was accepted before, even if its template has new rules or was withdrawn, or its
    /// sequence is used up. So before a refusal, the content is checked by the rules of the stored record's template
    /// version.
    /// </summary>
    private async ValueTask<Result<Registered>> ReplayAsync(
        RegistrationRequest request,
        Error refusal,
        CancellationToken cancellationToken
    )
    {
        Identifier? identifier = null;
        if (request.Identifier is not null && !Identifier.TryParse(request.Identifier, out identifier))
        {
            return refusal;
        }
        var existing = await FindAsync(request, identifier, cancellationToken);
        if (
            existing is null
            || !catalog.Current.IsHomed(existing.Key)
            || (request.Reinstate && existing.Status == RecordStatus.Revoked)
        )
        {
            return refusal;
        }
        if (RecordReader.IsTemplateUnknown(existing, catalog.Current))
        {
            await catalog.ReloadAsync(existing.Sequence, cancellationToken);
        }
        if (!IsSame(request, identifier, existing))
        {
            return refusal;
        }
        return existing.Status == RecordStatus.Revoked
            ? IdentifierErrors.Revoked(RecordState.IdentifierOf(existing))
            : new Registered(WriteOutcome.Same, existing);
    }

    /// <summary>True if the same registration made the record.</summary>
    private bool IsSame(RegistrationRequest request, Identifier? identifier, StoredRecord existing)
    {
        var template = RecordReader.TemplateOf(existing, catalog.Current);
        if (template?.Code != request.Template)
        {
            return false;
        }
        var content = RecordValidator.Check(template, request.Attributes, request.Values, checkRequired: false);
        return content.IsOk
            && RegistrationDigest.Of(content.Value, secrets, identifier?.Key).AsSpan().SequenceEqual(existing.Digest);
    }

    /// <summary>The record under the item's business key, or under its identifier if it has no business key.</summary>
    private async ValueTask<StoredRecord?> FindAsync(
        RegistrationRequest request,
        Identifier? identifier,
        CancellationToken cancellationToken
    )
    {
        if (request is { Source: not null, SourceKey: not null })
        {
            return await store.FindByBusinessKeyAsync(request.Source, request.SourceKey, cancellationToken);
        }
        return identifier is null ? null : (await store.FindAsync(identifier.Key, cancellationToken)).Record;
    }

    /// <summary>The items of one call and their results.</summary>
    private readonly record struct Batch(
        IReadOnlyList<RegistrationRequest> Requests,
        Result<Registered>[] Results,
        Caller Caller
    );

    /// <summary>An item that passed the check.</summary>
    /// <param name="Identifier">The identifier given, or null.</param>
    /// <param name="Content">The checked content.</param>
    private readonly record struct CheckedItem(Identifier? Identifier, RecordContent Content);

    /// <summary>The writes to do, and for each the position of its item in the batch.</summary>
    private readonly record struct Planned(List<RegisterRecord> Writes, List<int> Positions)
    {
        public static Planned For(int count) => new(new List<RegisterRecord>(count), new List<int>(count));

        public void Add(RegisterRecord write, int position)
        {
            Writes.Add(write);
            Positions.Add(position);
        }
    }
}
