using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>Gives items further business keys, and takes keys from them. Thread-safe.</summary>
public sealed class BusinessKeyEditor(
    RecordWriter writer,
    IRecordStore store,
    CatalogHolder catalog,
    NodeSecrets secrets,
    ItemRecognizer items,
    TimeProvider time
)
{
    /// <summary>
    /// Adds a business key to an item. A key that the item has already changes nothing
    /// (<see cref="WriteOutcome.Same"/>); one of another item is <see cref="ErrorCode.KeyConflict"/>. Audited.
    /// </summary>
    /// <param name="identifier">The identifier of the item.</param>
    /// <param name="source">The code of the source, which is made if there is none yet.</param>
    /// <param name="key">The key in that source.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    /// <param name="misread">What could not be read of the key: then none is added, and all faults are told.</param>
    public async Task<Result<Registered>> AddAsync(
        Identifier identifier,
        string? source,
        string? key,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    )
    {
        if (AccessPolicy.RequireWriting(caller, identifier) is { } refusal)
        {
            return refusal;
        }
        var faults = new Faults();
        SourceRules.CheckNeeded(source, key, "", faults);
        faults.TryCombine(out var bad);
        if (Faults.Join(misread, bad) is { } faulty)
        {
            return faulty;
        }
        // Bad requests make no source.
        var present = await writer.FindAsync(identifier, cancellationToken);
        if (present is null || !catalog.Current.IsHomed(identifier))
        {
            return await writer.AbsentAsync(identifier, cancellationToken);
        }
        var prefix = identifier.Prefix.Text;
        if (catalog.Current.FindSource(source!, prefix) is null)
        {
            var error =
                KeyRefusal(present, identifier, Source.New(source!, prefix), key!)
                ?? await items.MakeSourcesAsync([source!], prefix, caller, cancellationToken);
            if (error is not null)
            {
                return error;
            }
        }
        var held = await HeldKeys.FindAsync(
            store,
            catalog,
            secrets,
            identifier,
            new BusinessKey(source!, key),
            cancellationToken
        );
        var result = await writer.ChangeByRoleAsync(
            identifier,
            null,
            caller,
            current => WithKey(current, catalog.Current.FindSource(source!, prefix)!, key!, held),
            cancellationToken
        );
        return await writer.AuditedAsync(result, caller, "record.key-add", $"{identifier} {source}");
    }

    /// <summary>
    /// Takes a business key from an item; another item may have it then. <see cref="ErrorCode.ValueNotFound"/> if the
    /// item does not have it. Audited.
    /// </summary>
    /// <param name="identifier">The identifier of the item.</param>
    /// <param name="source">The code of the source.</param>
    /// <param name="key">The key in that source.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<Result<Registered>> RemoveAsync(
        Identifier identifier,
        string? source,
        string? key,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var faults = new Faults();
        SourceRules.CheckNeeded(source, key, "", faults);
        if (faults.TryCombine(out var bad))
        {
            return bad;
        }
        var held = await HeldKeys.FindAsync(
            store,
            catalog,
            secrets,
            identifier,
            new BusinessKey(source!, key),
            cancellationToken
        );
        var result = await writer.ChangeByRoleAsync(
            identifier,
            null,
            caller,
            current =>
                catalog.Current.FindSource(source!, identifier.Prefix.Text) is { } known
                    ? WithoutKey(current, known, key!, held)
                    : RegistrationErrors.NoKey(source!, key!),
            cancellationToken
        );
        return await writer.AuditedAsync(result, caller, "record.key-remove", $"{identifier} {source}");
    }

    /// <summary>Why an item cannot have the first key of a new source.</summary>
    private Error? KeyRefusal(StoredRecord present, Identifier identifier, Source source, string key) =>
        present.Status == RecordStatus.Revoked
            ? IdentifierErrors.Revoked(identifier.Text)
            : WithKey(present, source, key, HeldKeys.None).Error;

    private Result<RecordWrite?> WithKey(StoredRecord current, Source source, string key, HeldKeys held)
    {
        var keys = RecordState.KeysOf(current.State);
        if (held.OtherHolder is { } holder)
        {
            return RegistrationErrors.KeyTaken(holder, "sourceKey");
        }
        if (held.IndexOf(keys, source, key) >= 0)
        {
            return (RecordWrite?)null;
        }
        if (keys.Count(has => has != BusinessKeys.NoFirst) >= BusinessKeys.MostAnItem)
        {
            return RegistrationErrors.TooManyKeys("sourceKey");
        }
        var forms = items.FormsOf(source, key);
        // The item was registered without this key, which so is not the first.
        IReadOnlyList<BusinessKey> before = keys.Count == 0 ? [BusinessKeys.NoFirst] : keys;
        return WithKeys(current, [.. before, new BusinessKey(source.Code, key)]) is { } write
            ? write with
            {
                Rows = [BusinessKeys.FoldedOf(forms) with { Field = "sourceKey" }],
                OtherForms = [.. forms.Select(form => form with { Field = "sourceKey" })],
            }
            : RecordErrors.TooLarge();
    }

    private Result<RecordWrite?> WithoutKey(StoredRecord current, Source source, string key, HeldKeys held)
    {
        var keys = RecordState.KeysOf(current.State).ToList();
        var at = held.OtherHolder is null ? held.IndexOf(keys, source, key) : -1;
        if (at < 0)
        {
            return RegistrationErrors.NoKey(source.Code, key);
        }
        var removed = held.FormsOf(source, keys[at].SourceKey!);
        if (at == 0)
        {
            keys[0] = BusinessKeys.NoFirst;
        }
        else
        {
            keys.RemoveAt(at);
        }
        return WithKeys(current, keys) is { } write
            ? write with
            {
                RowsBefore = removed,
            }
            : RegistrationErrors.NoRoomWithoutFirst();
    }

    /// <summary>The write of a record with other keys, without their rows; null if an entry has no room.</summary>
    private ChangeRecord? WithKeys(StoredRecord current, IReadOnlyList<BusinessKey> keys)
    {
        var content = writer.ContentOf(current);
        var identifier = RecordState.IdentifierOf(current);
        var state = StateEncoder.Encode(content, identifier, current.Status, keys);
        return RecordValidator.HasRoom(state)
            ? new ChangeRecord(LogOperation.Update)
            {
                Key = current.Key,
                ExpectedVersion = current.Version,
                Template = content.Template?.Code,
                State = state,
                Commitments = Commitments.Of(state),
                Actor = 0,
                Time = Micros.Now(time),
            }
            : null;
    }
}
