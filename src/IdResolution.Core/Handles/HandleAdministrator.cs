using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Core.Handles;

/// <summary>
/// Administration as the Handle protocol has it: creates, deletes and changes handles for those whom HS_ADMIN values
/// let. Rights are judged on the very version that is changed. Where it is not known who asks, the error is
/// <see cref="ErrorCode.Unauthenticated"/> at best. Thread-safe.
/// </summary>
public sealed class HandleAdministrator(HandleLookup lookup, HandleRights rights, RecordEditor editor, Auditor auditor)
{
    // Each round some writer gets through.
    private const int MaxTries = 1_000;

    /// <summary>Creates a handle, or replaces its values.</summary>
    /// <param name="handle">
    /// The handle, or with <paramref name="mint"/> its beginning, to which a random UUID is appended.
    /// </param>
    /// <param name="values">Its values, secrets in their plain form.</param>
    /// <param name="overwrite">Whether a handle that exists is replaced.</param>
    /// <param name="mint">Whether a suffix is given.</param>
    /// <param name="identity">Who does it, or null.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<Result<CreatedHandle>> CreateAsync(
        string handle,
        IReadOnlyList<RawValue> values,
        bool overwrite,
        bool mint,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    )
    {
        if (HandleNames.Parse(mint ? handle + Guid.NewGuid().ToString("D") : handle) is not { } identifier)
        {
            return HandleErrors.Invalid;
        }
        if (HandleErrors.OfIndexes(values) is { } fault)
        {
            return fault;
        }
        for (var tries = 0; ; tries++)
        {
            var created = await TryCreateAsync(identifier, values, overwrite, identity, cancellationToken);
            if (created.Error?.Code != ErrorCode.VersionConflict || tries == MaxTries)
            {
                return created;
            }
        }
    }

    /// <summary>Deletes a handle: a tombstone stays.</summary>
    public Task<Result<Registered>> DeleteAsync(
        string handle,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            handle,
            identity,
            async (found, who) =>
            {
                var given = await rights.OfAsync(who, found.Values, cancellationToken);
                if (!given.HasFlag(AdminRights.DeleteHandle))
                {
                    return HandleErrors.Refused(given);
                }
                return found.Record is not { } judged
                    ? HandleErrors.Rendered
                    : await editor.RevokeAsync(
                        found.Identifier!,
                        current => Same(judged, current),
                        who.Caller,
                        cancellationToken
                    );
            },
            cancellationToken
        );

    /// <summary>Adds values; with <paramref name="overwrite"/> those that exist are modified.</summary>
    public Task<Result<Registered>> AddAsync(
        string handle,
        IReadOnlyList<RawValue> values,
        bool overwrite,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    ) =>
        SetAsync(
            handle,
            values,
            identity,
            (existing, index) => existing is not null && !overwrite ? HandleErrors.ValueExists(index) : null,
            cancellationToken
        );

    /// <summary>Modifies values that exist.</summary>
    public Task<Result<Registered>> ModifyAsync(
        string handle,
        IReadOnlyList<RawValue> values,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    ) =>
        SetAsync(
            handle,
            values,
            identity,
            (existing, index) => existing is null ? HandleErrors.ValueAbsent(index) : null,
            cancellationToken
        );

    /// <summary>Removes values.</summary>
    public Task<Result<Registered>> RemoveAsync(
        string handle,
        IReadOnlyList<int> indexes,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            handle,
            identity,
            async (found, who) =>
            {
                var given = await rights.OfAsync(who, found.Values, cancellationToken);
                return ValueRights.RefuseRemoving(found.Values, indexes, given) is { } refusal
                    ? refusal
                    : await EditAsync(found, new ValueChange { Remove = indexes }, who.Caller, cancellationToken);
            },
            cancellationToken
        );

    private async Task<Result<CreatedHandle>> TryCreateAsync(
        Identifier identifier,
        IReadOnlyList<RawValue> values,
        bool overwrite,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    )
    {
        var found = await lookup.FindAsync(identifier, cancellationToken);
        if (found.Error is { Code: ErrorCode.NotResponsible } elsewhere)
        {
            return elsewhere;
        }
        if (found.Record is not null && !overwrite)
        {
            return HandleErrors.Exists;
        }
        if (identity is null)
        {
            return HandleErrors.Unidentified;
        }
        // A prefix record that is rendered stands too: what replaces it is judged by its administrators.
        var refusal = found.Exists
            ? ValueRights.RefuseReplacing(
                found,
                values,
                await rights.OfAsync(identity, found.Values, cancellationToken)
            )
            : await RefuseCreationAsync(identifier, identity, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        var created = await editor.CreateAsync(
            identifier,
            values,
            overwrite,
            current => Same(found.Record, current),
            identity.Caller,
            cancellationToken
        );
        if (created.Error is { } error)
        {
            return error;
        }
        await NoteAsync(identity, identifier.Text);
        return new CreatedHandle(identifier.Text, found.Record is not null);
    }

    private async Task<Result<Registered>> SetAsync(
        string handle,
        IReadOnlyList<RawValue> values,
        HandleIdentity? identity,
        Func<RawValue?, int, Error?> check,
        CancellationToken cancellationToken
    )
    {
        if (values.Count == 0)
        {
            return HandleErrors.NoValues;
        }
        if (HandleErrors.OfIndexes(values) is { } fault)
        {
            return fault;
        }
        var isPublic = false;
        var result = await ChangeAsync(
            handle,
            identity ?? HandleIdentity.Nobody,
            async (found, _) =>
            {
                // Everyone may write what says so; that is done, and audited, as anonymous. Who may not learns nothing
                // of what there is.
                isPublic = ValueRights.IsPublicWrite(found.Values, values);
                var writer = isPublic ? HandleIdentity.Nobody : identity;
                if (writer is null)
                {
                    return HandleErrors.Unidentified;
                }
                var refusal = await RefuseSettingAsync(found, values, writer, isPublic, check, cancellationToken);
                return refusal is not null
                    ? refusal
                    : await EditAsync(found, new ValueChange { Set = values }, writer.Caller, cancellationToken);
            },
            cancellationToken
        );
        if (result.IsOk && isPublic)
        {
            await auditor.DoneAsync(Caller.Anonymous, "handle.public-write", handle, CancellationToken.None);
        }
        return result;
    }

    private async ValueTask<Error?> RefuseSettingAsync(
        FoundHandle found,
        IReadOnlyList<RawValue> values,
        HandleIdentity writer,
        bool isPublic,
        Func<RawValue?, int, Error?> check,
        CancellationToken cancellationToken
    )
    {
        foreach (var value in values)
        {
            if (check(ValueRights.Find(found.Values, value.Index), value.Index) is { } refusal)
            {
                return refusal;
            }
        }
        return isPublic
            ? null
            : ValueRights.RefuseSetting(
                found.Values,
                values,
                await rights.OfAsync(writer, found.Values, cancellationToken)
            );
    }

    private async Task<Result<Registered>> ChangeAsync(
        string handle,
        HandleIdentity? identity,
        Func<FoundHandle, HandleIdentity, Task<Result<Registered>>> change,
        CancellationToken cancellationToken
    )
    {
        if (HandleNames.Parse(handle) is not { } identifier)
        {
            return HandleErrors.Invalid;
        }
        for (var tries = 0; ; tries++)
        {
            var found = await lookup.FindAsync(identifier, cancellationToken);
            if (found.Error is { } error)
            {
                return error;
            }
            if (identity is null)
            {
                return HandleErrors.Unidentified;
            }
            var result = await change(found, identity);
            if (result.IsOk)
            {
                await NoteAsync(identity, identifier.Text);
            }
            if (result.Error?.Code != ErrorCode.VersionConflict || tries == MaxTries)
            {
                return result;
            }
        }
    }

    /// <summary>
    /// The change log names its actors by objects of this node: an administrator of another node is named in the audit
    /// log.
    /// </summary>
    private async Task NoteAsync(HandleIdentity identity, string handle)
    {
        if (identity.Actor == 0 && identity != HandleIdentity.Nobody)
        {
            await auditor.DoneAsync(identity.Caller, "handle.foreign-write", handle, CancellationToken.None);
        }
    }

    /// <summary>Edits the version that rights were judged on.</summary>
    private async Task<Result<Registered>> EditAsync(
        FoundHandle found,
        ValueChange change,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        found.Record is not { } judged
            ? HandleErrors.Rendered
            : await editor.ChangeValuesAsync(
                found.Identifier!,
                current => Same(judged, current) is { } error ? error : change,
                caller,
                cancellationToken
            );

    private async ValueTask<Error?> RefuseCreationAsync(
        Identifier identifier,
        HandleIdentity identity,
        CancellationToken cancellationToken
    )
    {
        // Who may make prefixes is said by the prefix they are derived from; top prefixes are the server's
        // administrators' alone.
        var isPrefix = identifier.IsPrefixRecord;
        var owner = isPrefix ? HandleNames.ParentOf(identifier.Suffix) : identifier.Prefix.Text;
        IReadOnlyList<RawValue> values = [];
        if (owner is not null && HandleNames.Parse(owner) is { } prefixHandle)
        {
            values = (await lookup.FindAsync(prefixHandle, cancellationToken)).Values;
        }
        var given = await rights.OfAsync(identity, values, cancellationToken);
        return given.HasFlag(isPrefix ? AdminRights.AddDerivedPrefix : AdminRights.AddHandle)
            ? null
            : HandleErrors.Refused(given);
    }

    private static Error? Same(StoredRecord? judged, StoredRecord? current) =>
        judged?.Version == current?.Version || (judged is null && current is { Status: RecordStatus.Revoked })
            ? null
            : Refusals.VersionConflict(current?.Version ?? 0);
}
