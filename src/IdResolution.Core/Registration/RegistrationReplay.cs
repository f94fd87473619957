using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>
/// Recognises registrations of what is there: the same again, or a conflict. Thread-safe.
/// </summary>
internal sealed class RegistrationReplay(IRecordStore store, CatalogHolder catalog, ItemRecognizer items)
{
    /// <summary>What is to be said of the identifier that a new item is given; null for nothing.</summary>
    public ValueTask<Text?> DoubtAsync(RegistrationRequest request) =>
        Identifier.TryParse(request.Identifier, out var given)
            ? AbsentIdentifier.DoubtAsync(given, catalog.Current, store)
            : default;

    public async ValueTask<Result<Registered>> ResultOfAsync(
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
            case WriteOutcome.Created:
                return new Registered(result.Outcome, result.Record!) { Mistyped = await DoubtAsync(request) };
            case WriteOutcome.Reinstated or WriteOutcome.Same:
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
    public async ValueTask<Result<Registered>> ReplayAsync(
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
    public async ValueTask<Result<Registered>> AgainAsync(
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
}
