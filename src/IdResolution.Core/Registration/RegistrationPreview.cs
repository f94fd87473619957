using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>Says what registrations would do, and does nothing. Thread-safe.</summary>
internal sealed class RegistrationPreview(
    IRecordStore store,
    CatalogHolder catalog,
    IdentifierGiver giver,
    ItemRecognizer items,
    RegistrationReplay again
)
{
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
        if (!RegistrationCheck.Of(request, caller, known).TryGet(out var item, out var error))
        {
            return Outcome(await again.ReplayAsync(request, caller, error, cancellationToken));
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
            : Outcome(await again.AgainAsync(request, caller, existing, hasKey, null));

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
}
