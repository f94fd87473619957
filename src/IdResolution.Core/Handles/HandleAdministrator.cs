using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Core.Handles;

/// <summary>
/// Creates, deletes and changes handles by the rules of the Handle protocol, for those whom HS_ADMIN values allow it.
/// Rights are judged on the version that is changed. If no identity is given, the error is at best
/// <see cref="ErrorCode.Unauthenticated"/>. Thread-safe.
/// </summary>
public sealed class HandleAdministrator(
    HandleLookup lookup,
    HandleRights rights,
    ValueEditor editor,
    Auditor auditor,
    TimeProvider time
)
{
    // What callers without identity may write into values with public write.
    private const int OpenWritesPerSecond = 50;
    private const int OpenWritesPerSecondEach = 2;
    private const int OpenWritesAtOnceEach = 20;
    private const int BytesOfOpenWrite = 4_096;

    // A high limit is safe: in each round at least one writer succeeds.
    private const int MaxTries = 1_000;

    private readonly RateLimiter _openWrites = new(OpenWritesPerSecond, time);
    private readonly SourceRates _openWritesEach = new(time, OpenWritesAtOnceEach, OpenWritesPerSecondEach);

    /// <summary>Creates a handle, or replaces the values of one that exists.</summary>
    /// <param name="handle">
    /// The handle. With <paramref name="mint"/> it is the start of the handle, and a random UUID is appended.
    /// </param>
    /// <param name="values">All values of the handle, secrets in their plain form.</param>
    /// <param name="overwrite">True to replace a handle that exists; false to refuse it.</param>
    /// <param name="mint">True if the node completes the suffix.</param>
    /// <param name="identity">The administrator who asks, or null.</param>
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
        return await RetryAsync(() => TryCreateAsync(identifier, values, overwrite, identity, cancellationToken));
    }

    /// <summary>Deletes a handle and leaves a tombstone. Needs <see cref="AdminRights.DeleteHandle"/>.</summary>
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

    /// <summary>Adds values. With <paramref name="overwrite"/> it also changes values that exist.</summary>
    public Task<Result<ChangedValues>> AddAsync(
        string handle,
        IReadOnlyList<RawValue> values,
        bool overwrite,
        HandleIdentity? identity,
        Caller sender,
        CancellationToken cancellationToken
    ) =>
        SetAsync(
            handle,
            values,
            identity,
            sender,
            (existing, index) => existing is not null && !overwrite ? HandleErrors.ValueExists(index) : null,
            static (_, _) => null,
            cancellationToken
        );

    /// <summary>
    /// Changes values. All of them must exist. Of values with public write, everyone may change the data: clients that
    /// do not know the rest send it with their defaults, so it stays as it is.
    /// </summary>
    public Task<Result<ChangedValues>> ModifyAsync(
        string handle,
        IReadOnlyList<RawValue> values,
        HandleIdentity? identity,
        Caller sender,
        CancellationToken cancellationToken
    ) =>
        SetAsync(
            handle,
            values,
            identity,
            sender,
            (existing, index) => existing is null ? HandleErrors.ValueAbsent(index) : null,
            ValueRights.WithDataOf,
            cancellationToken
        );

    /// <summary>Removes the values at the indexes given. All of them must exist.</summary>
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
        // A rendered prefix record exists too: its administrators decide whether it is replaced.
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

    /// <param name="handle">The handle.</param>
    /// <param name="values">The values to set.</param>
    /// <param name="identity">The administrator who asks, or null.</param>
    /// <param name="sender">
    /// The anonymous caller where the request came from. Without identity it may write only so often.
    /// </param>
    /// <param name="check">Refuses a value, by the one that exists at its index.</param>
    /// <param name="open">What to set in place of the values if nobody in particular asks; null for a refusal.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    private async Task<Result<ChangedValues>> SetAsync(
        string handle,
        IReadOnlyList<RawValue> values,
        HandleIdentity? identity,
        Caller sender,
        Func<RawValue?, int, Error?> check,
        Func<IReadOnlyList<RawValue>, IReadOnlyList<RawValue>, RawValue[]?> open,
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
        var replaced = false;
        var result = await ChangeAsync(
            handle,
            identity ?? HandleIdentity.Nobody,
            async (found, _) =>
            {
                // A value with public write takes a change from everyone. The log and the audit log then name nobody. A
                // caller without the right learns nothing about the values.
                var set = identity is null ? open(found.Values, values) ?? values : values;
                isPublic = ValueRights.IsPublicWrite(found.Values, set);
                replaced = set.Any(value => ValueRights.Find(found.Values, value.Index) is not null);
                var writer = isPublic ? HandleIdentity.Nobody : identity;
                if (writer is null)
                {
                    return HandleErrors.Unidentified;
                }
                var refusal =
                    await RefuseSettingAsync(found, set, writer, isPublic, check, cancellationToken)
                    ?? (isPublic ? RefuseOpenWrite(found.Values, set, sender.Source) : null);
                return refusal is not null
                    ? refusal
                    : await EditAsync(found, new ValueChange { Set = set }, writer.Caller, cancellationToken);
            },
            cancellationToken
        );
        if (result.Error is { } error)
        {
            return error;
        }
        if (isPublic)
        {
            auditor.Noted(sender, "handle.public-write", HandleNames.Parse(handle)?.Text ?? "");
        }
        return new ChangedValues(replaced);
    }

    /// <summary>Each write keeps a version of the whole record, so a long record counts as several.</summary>
    private Error? RefuseOpenWrite(IReadOnlyList<RawValue> found, IReadOnlyList<RawValue> set, NetworkSource source)
    {
        var bytes = found.Concat(set).Sum(value => (long)value.Data.Length);
        var writes = Math.Min(1 + (bytes / BytesOfOpenWrite), OpenWritesAtOnceEach);
        return _openWritesEach.TryTake(source, writes, out var wait) && _openWrites.TryTake((int)writes, out wait)
            ? null
            : HandleErrors.TooManyOpenWrites(wait);
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
        return await RetryAsync(() => TryChangeAsync(identifier, identity, change, cancellationToken));
    }

    private async Task<Result<Registered>> TryChangeAsync(
        Identifier identifier,
        HandleIdentity? identity,
        Func<FoundHandle, HandleIdentity, Task<Result<Registered>>> change,
        CancellationToken cancellationToken
    )
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
        return result;
    }

    /// <summary>Tries again while another write comes between what was judged and what is written.</summary>
    private static async Task<Result<T>> RetryAsync<T>(Func<Task<Result<T>>> attempt)
    {
        for (var tries = 0; ; tries++)
        {
            var result = await attempt();
            if (result.Error?.Code != ErrorCode.VersionConflict || tries == MaxTries)
            {
                return result;
            }
        }
    }

    /// <summary>
    /// Notes the write of another node's administrator in the audit log: the change log names only actors that are
    /// objects of this node.
    /// </summary>
    private async Task NoteAsync(HandleIdentity identity, string handle)
    {
        if (identity.Actor == 0 && identity.Reference.Handle.Length > 0)
        {
            await auditor.DoneAsync(identity.Caller, "handle.foreign-write", handle, CancellationToken.None);
        }
    }

    /// <summary>Edits the version on which the rights were judged.</summary>
    private async Task<Result<Registered>> EditAsync(
        FoundHandle found,
        ValueChange change,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        found.Record is not { } judged
            ? HandleErrors.Rendered
            : await editor.ChangeAsync(
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
        // The parent prefix says who may create a derived prefix. Only administrators of the server create top
        // prefixes.
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
            : IdentifierErrors.VersionConflict(current?.Version ?? 0);
}
