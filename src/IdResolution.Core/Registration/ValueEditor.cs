using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Registration;

/// <summary>
/// Makes, changes and revokes records by their Handle values, for callers whose rights the record itself gives. A
/// delegate judges them. It sees the exact version that the write replaces. Thread-safe.
/// </summary>
public sealed class ValueEditor(RecordWriter writer, CatalogHolder catalog, ItemRecognizer items)
{
    /// <summary>
    /// Changes a record by its Handle values (<see cref="ValueView"/>). A change without effect makes no version. A
    /// value at the index of an attribute sets the attribute. Its type must be the attribute's code, its data a text of
    /// the attribute (a JSON array if repeated), and its permissions those shown (<see cref="ErrorCode.Forbidden"/>).
    /// Its TTL is not kept. The values that name the template cannot be changed (<see cref="ErrorCode.Forbidden"/>). An
    /// index of a disabled attribute or of one in another version is <see cref="ErrorCode.InvalidValue"/>. Removing a
    /// value that is absent or rendered is <see cref="ErrorCode.ValueNotFound"/>.
    /// </summary>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="change">Sees the current version. Returns the change, or the reason for a refusal.</param>
    /// <param name="caller">Who does it. The delegate decides what they may do.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> ChangeAsync(
        Identifier identifier,
        Func<StoredRecord, Result<ValueChange>> change,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        writer.ChangeAsync(
            identifier,
            null,
            caller,
            Role.Registrar,
            current =>
            {
                if (!change(current).TryGet(out var asked, out var refusal))
                {
                    return refusal;
                }
                var before = writer.ContentOf(current);
                return writer.Update(
                    current,
                    before,
                    new ValueEdit(
                        before,
                        before.Template is { } template ? catalog.Current.TemplateVersions(template.Code) : []
                    ).Apply(asked)
                );
            },
            cancellationToken
        );

    /// <summary>
    /// Makes a record of raw values, without template. A tombstone gets a new version and the digest of these values.
    /// With <paramref name="overwrite"/> the values replace those of an active record, its attributes and its template.
    /// Both keep history and business key.
    /// </summary>
    /// <param name="identifier">The identifier of the new record.</param>
    /// <param name="values">All values of the record, secrets in their plain form.</param>
    /// <param name="overwrite">
    /// False to refuse an active record (<see cref="ErrorCode.AlreadyExists"/>), whatever it holds.
    /// </param>
    /// <param name="permit">
    /// Sees the current record: null, a tombstone or an active record. Returns the reason for a refusal, or null.
    /// </param>
    /// <param name="caller">Who does it. The delegate decides what they may do.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<Result<Registered>> CreateAsync(
        Identifier identifier,
        IReadOnlyList<RawValue> values,
        bool overwrite,
        Func<StoredRecord?, Error?> permit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var result = await writer.WriteAsync(
            identifier,
            null,
            caller,
            Role.Registrar,
            current => Made(current, identifier, values, overwrite, permit),
            cancellationToken
        );
        return result is { IsOk: true, Value.Outcome: WriteOutcome.Reinstated }
            ? await writer.AuditedAsync(result, caller, RegistrationNotes.Reinstating, identifier.Text)
            : result;
    }

    /// <summary>Revokes a record and leaves a tombstone. Revoking again is <see cref="ErrorCode.Revoked"/>.</summary>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="permit">Sees the current version. Returns the reason for a refusal, or null.</param>
    /// <param name="caller">Who does it. The delegate decides what they may do.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> RevokeAsync(
        Identifier identifier,
        Func<StoredRecord, Error?> permit,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        writer.ChangeAsync(
            identifier,
            null,
            caller,
            Role.Registrar,
            current => permit(current) is { } refusal ? refusal : writer.Revoke(current),
            cancellationToken
        );

    private Result<RecordWrite?> Made(
        StoredRecord? current,
        Identifier identifier,
        IReadOnlyList<RawValue> values,
        bool overwrite,
        Func<StoredRecord?, Error?> permit
    )
    {
        var unfit =
            IdentifierErrors.Unregistrable(identifier, catalog.Current)
            ?? (current is null ? IdentifierErrors.NotAsPrinted(identifier) : null);
        if ((unfit ?? permit(current)) is { } refusal)
        {
            return refusal;
        }
        if (current is { Status: RecordStatus.Active } && !overwrite)
        {
            return IdentifierErrors.Exists(RecordState.IdentifierOf(current));
        }
        if (!RecordValidator.Check(null, [], values).TryGet(out var content, out var error))
        {
            return error;
        }
        var digest = items.Digest(content);
        if (current is null)
        {
            return writer.Create(identifier, content, digest);
        }
        return current.Status == RecordStatus.Active
            ? writer.Update(current, writer.ContentOf(current), content)
            : writer.Reinstate(current, content, digest);
    }
}
