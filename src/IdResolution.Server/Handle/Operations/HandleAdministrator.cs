using System.Runtime.CompilerServices;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Codec;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// Administration as the Handle protocol has it, over its own messages and over HTTP: creates, deletes and changes
/// handles for those whom HS_ADMIN values let. Rights are judged on the very version that is changed. Thread-safe.
/// </summary>
internal sealed class HandleAdministrator(
    HandleLookup lookup,
    HandleRights rights,
    RecordEditor editor,
    PrefixHomer prefixes,
    IRecordStore store,
    Auditor auditor
)
{
    // Each round some writer gets through.
    private const int MaxTries = 1_000;

    /// <summary>Creates a handle, or replaces its values.</summary>
    /// <param name="handle">
    /// The handle, or with <paramref name="mint"/> its beginning, to which a random UUID is appended.
    /// </param>
    /// <param name="values">Its values.</param>
    /// <param name="overwrite">Whether a handle that exists is replaced.</param>
    /// <param name="mint">Whether a suffix is given.</param>
    /// <param name="identity">
    /// Who does it, or null: the outcome is then <see cref="ResponseCode.AuthenticationNeeded"/> at best.
    /// </param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<CreateOutcome> CreateAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        bool overwrite,
        bool mint,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    )
    {
        if (mint)
        {
            handle += Guid.NewGuid().ToString("D");
        }
        if (HandleLookup.Parse(handle) is not { } identifier)
        {
            return new CreateOutcome(
                ResponseCode.InvalidHandle,
                "The handle must be PREFIX/SUFFIX of at most 255 bytes of UTF-8."
            );
        }
        if (Fault(values) is { } fault)
        {
            return new CreateOutcome(fault.Code, fault.Message);
        }
        for (var tries = 0; ; tries++)
        {
            var found = await lookup.FindAsync(identifier, cancellationToken);
            if (found.Code == ResponseCode.NotResponsible)
            {
                return new CreateOutcome(found.Code, "This server is not responsible for the handle.");
            }
            var existing = found.Record;
            if (existing is not null && !overwrite)
            {
                return new CreateOutcome(ResponseCode.HandleExists, "The handle exists.");
            }
            if (identity is null)
            {
                return new CreateOutcome(ResponseCode.AuthenticationNeeded);
            }
            // A prefix record that is rendered stands too: what replaces it is judged by its administrators.
            var refusal = !found.Exists
                ? await RefuseCreationAsync(identifier, identity, cancellationToken)
                : RefuseReplacing(
                    found.Values,
                    existing is not null && RecordState.IsTemplated(existing),
                    values,
                    await rights.OfAsync(identity, found.Values, cancellationToken)
                );
            if (refusal is not null)
            {
                return new CreateOutcome(refusal.Code, refusal.Message);
            }
            var created = await editor.CreateAsync(
                identifier,
                Raw(values),
                overwrite,
                current => Same(existing, current),
                identity.Caller,
                cancellationToken
            );
            if (created.IsOk)
            {
                await NoteAsync(identity, identifier.Text);
                return new CreateOutcome(ResponseCode.Success, Handle: identifier.Text, Replaced: existing is not null);
            }
            var outcome = Outcome.Of(created.Error);
            if (outcome != Outcome.Conflict || tries == MaxTries)
            {
                return new CreateOutcome(outcome.Code, outcome.Message);
            }
        }
    }

    /// <summary>Deletes a handle: a tombstone stays.</summary>
    public Task<Outcome> DeleteAsync(string handle, HandleIdentity? identity, CancellationToken cancellationToken) =>
        ChangeAsync(
            handle,
            identity,
            async (identifier, record, values, who) =>
            {
                var given = await rights.OfAsync(who, values, cancellationToken);
                return !given.HasFlag(AdminPermissions.DeleteHandle) ? Refused(given)
                    : record is null ? Rendered
                    : Outcome.Of(
                        await editor.RevokeAsync(
                            identifier,
                            current => Same(record, current),
                            who.Caller,
                            cancellationToken
                        )
                    );
            },
            cancellationToken
        );

    /// <summary>Adds values; with <paramref name="overwrite"/> those that exist are modified.</summary>
    public Task<Outcome> AddAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        bool overwrite,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    ) =>
        SetAsync(
            handle,
            values,
            identity,
            (existing, value) =>
                existing is not null && !overwrite
                    ? new Outcome(ResponseCode.ValueExists, $"There is a value at index {value.Index}.")
                    : null,
            cancellationToken
        );

    /// <summary>Modifies values that exist.</summary>
    public Task<Outcome> ModifyAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    ) =>
        SetAsync(
            handle,
            values,
            identity,
            (existing, value) => existing is null ? NoValue(value.Index) : null,
            cancellationToken
        );

    /// <summary>Removes values.</summary>
    public Task<Outcome> RemoveAsync(
        string handle,
        IReadOnlyList<int> indexes,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            handle,
            identity,
            async (identifier, record, values, who) =>
            {
                var given = await rights.OfAsync(who, values, cancellationToken);
                if ((given & (AdminPermissions.RemoveValue | AdminPermissions.RemoveAdmin)) == 0)
                {
                    // Who may remove nothing learns nothing of what there is.
                    return Refused(given);
                }
                foreach (var index in indexes)
                {
                    if (Find(values, index) is not { } value)
                    {
                        return NoValue(index);
                    }
                    if (!value.Permissions.HasFlag(Permissions.AdminWrite) || !given.HasFlag(RightToRemove(value)))
                    {
                        return Refused(given);
                    }
                }
                return await EditAsync(
                    identifier,
                    record,
                    new ValueChange { Remove = indexes },
                    who.Caller,
                    cancellationToken
                );
            },
            cancellationToken
        );

    private async Task<Outcome> SetAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        HandleIdentity? identity,
        Func<RawValue?, HandleValue, Outcome?> check,
        CancellationToken cancellationToken
    )
    {
        if (values.Count == 0)
        {
            return new Outcome(ResponseCode.InvalidValue, "At least one value is needed.");
        }
        if (Fault(values) is { } fault)
        {
            return fault;
        }
        var isPublic = false;
        var outcome = await ChangeAsync(
            handle,
            identity ?? HandleIdentity.Nobody,
            async (identifier, record, existing, _) =>
            {
                // Everyone may write what says so; that is done, and audited, as anonymous. Who may not learns nothing
                // of what there is.
                isPublic = values.All(v => Find(existing, v.Index) is { } old && IsPublicWrite(old, v));
                if (!isPublic && identity is null)
                {
                    return new Outcome(ResponseCode.AuthenticationNeeded);
                }
                foreach (var value in values)
                {
                    if (check(Find(existing, value.Index), value) is { } refusal)
                    {
                        return refusal;
                    }
                }
                return (isPublic ? null : await RefuseSettingAsync(existing, values, identity, cancellationToken))
                    ?? await EditAsync(
                        identifier,
                        record,
                        new ValueChange { Set = Raw(values) },
                        (isPublic ? HandleIdentity.Nobody : identity!).Caller,
                        cancellationToken
                    );
            },
            cancellationToken
        );
        if (outcome.IsOk && isPublic)
        {
            await auditor.DoneAsync(Caller.Anonymous, "handle.public-write", handle, CancellationToken.None);
        }
        return outcome;
    }

    /// <summary>Whether the handles of a prefix may be listed.</summary>
    /// <param name="prefixHandle">The prefix, or its handle.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Outcome> MayListAsync(
        string prefixHandle,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    )
    {
        if (HandleLookup.Parse(prefixHandle) is not { } identifier || !HandleName.IsPrefixHandle(identifier.Text))
        {
            return new Outcome(ResponseCode.InvalidHandle, "A prefix is listed by its handle, 0.NA/PREFIX.");
        }
        if (!lookup.IsHomed(identifier.Suffix))
        {
            return new Outcome(ResponseCode.NotResponsible, "This server is not responsible for the prefix.");
        }
        if (identity is null)
        {
            return new Outcome(ResponseCode.AuthenticationNeeded);
        }
        var found = await lookup.FindAsync(identifier, cancellationToken);
        var given = await rights.OfAsync(identity, found.Values, cancellationToken);
        return given.HasFlag(AdminPermissions.ListHandles) ? Outcome.Done : Refused(given);
    }

    /// <summary>The handles of a prefix, in pages of as many as a message holds.</summary>
    public async IAsyncEnumerable<(IReadOnlyList<string> Handles, bool IsLast)> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var beginning = LookupKey.Of(prefix + "/");
        LookupKey? after = null;
        while (true)
        {
            var page = await store.ListAsync(beginning, after, MessageLimits.HandlesPerList, cancellationToken);
            var isLast = page.Count < MessageLimits.HandlesPerList;
            yield return ([.. page.Select(h => h.Identifier)], isLast);
            if (isLast)
            {
                yield break;
            }
            after = page[^1].Key;
        }
    }

    /// <summary>Homes or unhomes a prefix; for server administrators.</summary>
    public async Task<Outcome> HomeAsync(
        string prefixHandle,
        bool home,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    )
    {
        if (
            !HandleName.IsPrefixHandle(prefixHandle)
            || !Prefix.TryParse(HandleName.Split(prefixHandle).Suffix, out var prefix)
        )
        {
            return new Outcome(ResponseCode.InvalidHandle, "A prefix is homed by its handle, 0.NA/PREFIX.");
        }
        if (MayAdministerServer(identity) is { } refusal)
        {
            return refusal;
        }
        var caller = identity!.Caller with { Role = Role.Admin };
        if (home)
        {
            var homed = await prefixes.HomeAsync([prefix], caller, cancellationToken);
            return homed.IsOk ? Outcome.Done : Outcome.Of(homed.Error);
        }
        var unhomed = await prefixes.UnhomeAsync(prefix, caller, cancellationToken);
        return unhomed.IsOk ? Outcome.Done : Outcome.Of(unhomed.Error);
    }

    /// <summary>Null for server administrators, else why not.</summary>
    public Outcome? MayAdministerServer(HandleIdentity? identity) =>
        identity is null ? new Outcome(ResponseCode.AuthenticationNeeded)
        : rights.IsServerAdmin(identity) ? null
        : new Outcome(ResponseCode.InvalidAdministrator, "Only administrators of the server may do this.");

    private async Task<Outcome> ChangeAsync(
        string handle,
        HandleIdentity? identity,
        Func<Identifier, StoredRecord?, IReadOnlyList<RawValue>, HandleIdentity, Task<Outcome>> change,
        CancellationToken cancellationToken
    )
    {
        if (HandleLookup.Parse(handle) is not { } identifier)
        {
            return new Outcome(
                ResponseCode.InvalidHandle,
                "The handle must be PREFIX/SUFFIX of at most 255 bytes of UTF-8."
            );
        }
        for (var tries = 0; ; tries++)
        {
            var found = await lookup.FindAsync(identifier, cancellationToken);
            if (!found.Exists)
            {
                return new Outcome(
                    found.Code,
                    found.Code == ResponseCode.NotResponsible
                        ? "This server is not responsible for the handle."
                        : "The handle does not exist."
                );
            }
            if (identity is null)
            {
                return new Outcome(ResponseCode.AuthenticationNeeded);
            }
            var outcome = await change(identifier, found.Record, found.Values, identity);
            if (outcome.IsOk)
            {
                await NoteAsync(identity, identifier.Text);
            }
            if (outcome != Outcome.Conflict || tries == MaxTries)
            {
                return outcome;
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
    private async Task<Outcome> EditAsync(
        Identifier identifier,
        StoredRecord? judged,
        ValueChange change,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        judged is null
            ? Rendered
            : Outcome.Of(
                await editor.ChangeValuesAsync(
                    identifier,
                    current => Same(judged, current) is { } error ? error : change,
                    caller,
                    cancellationToken
                )
            );

    private async ValueTask<Outcome?> RefuseCreationAsync(
        Identifier identifier,
        HandleIdentity identity,
        CancellationToken cancellationToken
    )
    {
        // Who may make prefixes is said by the prefix they are derived from; top prefixes are the server's
        // administrators' alone.
        var isPrefix = HandleName.IsPrefixHandle(identifier.Text);
        var owner = isPrefix ? HandleName.ParentPrefix(identifier.Suffix) : identifier.Prefix.Text;
        var needed = isPrefix ? AdminPermissions.AddDerivedPrefix : AdminPermissions.AddHandle;
        IReadOnlyList<RawValue> values = [];
        if (owner is not null && HandleLookup.Parse(owner) is { } prefixHandle)
        {
            values = (await lookup.FindAsync(prefixHandle, cancellationToken)).Values;
        }
        var given = await rights.OfAsync(identity, values, cancellationToken);
        return given.HasFlag(needed) ? null : Refused(given);
    }

    private async ValueTask<Outcome?> RefuseSettingAsync(
        IReadOnlyList<RawValue> existing,
        IReadOnlyList<HandleValue> values,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    )
    {
        if (identity is null)
        {
            return new Outcome(ResponseCode.AuthenticationNeeded);
        }
        var given = await rights.OfAsync(identity, existing, cancellationToken);
        foreach (var value in values)
        {
            if (
                Find(existing, value.Index) is { } old
                    ? !old.Permissions.HasFlag(Permissions.AdminWrite) || !given.HasFlag(RightToModify(old, value))
                    : !given.HasFlag(RightToAdd(value))
            )
            {
                return Refused(given);
            }
        }
        return null;
    }

    private static Outcome? RefuseReplacing(
        IReadOnlyList<RawValue> existing,
        bool isTemplated,
        IReadOnlyList<HandleValue> values,
        AdminPermissions given
    )
    {
        foreach (var old in existing)
        {
            if (isTemplated && ValueIndex.IsOfTemplate(old.Index))
            {
                // Rendered: with the template it goes.
                continue;
            }
            var replacing = values.FirstOrDefault(v => v.Index == old.Index);
            if (
                !old.Permissions.HasFlag(Permissions.AdminWrite)
                || !given.HasFlag(replacing is null ? RightToRemove(old) : RightToModify(old, replacing))
            )
            {
                return Refused(given);
            }
        }
        foreach (var value in values)
        {
            if (Find(existing, value.Index) is null && !given.HasFlag(RightToAdd(value)))
            {
                return Refused(given);
            }
        }
        return null;
    }

    /// <summary>
    /// Whether everyone may put the value in the place of the old one: its data alone, and nothing that grants
    /// anything.
    /// </summary>
    private static bool IsPublicWrite(RawValue old, HandleValue value) =>
        old.Permissions.HasFlag(Permissions.PublicWrite)
        && value.Permissions == (ValuePermissions)old.Permissions
        && value.Type == old.Type
        && value.Ttl == old.Ttl
        && value.TtlType == old.TtlType
        && value.References.Count + old.References.Count == 0
        && !old.Type.StartsWith("HS_", StringComparison.OrdinalIgnoreCase);

    private static Outcome? Fault(IReadOnlyList<HandleValue> values)
    {
        var seen = new HashSet<int>(values.Count);
        foreach (var value in values)
        {
            if (value.Index <= 0)
            {
                return new Outcome(ResponseCode.InvalidValue, $"values: the index {value.Index} must be 1 or more.");
            }
            if (!seen.Add(value.Index))
            {
                return new Outcome(ResponseCode.ValueExists, $"values: the index {value.Index} is given twice.");
            }
        }
        return null;
    }

    private static AdminPermissions RightToAdd(HandleValue value) =>
        HandleRights.IsAdminValue(value.Type) ? AdminPermissions.AddAdmin : AdminPermissions.AddValue;

    private static AdminPermissions RightToRemove(RawValue value) =>
        HandleRights.IsAdminValue(value.Type) ? AdminPermissions.RemoveAdmin : AdminPermissions.RemoveValue;

    /// <summary>
    /// Making an HS_ADMIN of another value takes the right to add one, making another value of it that to remove one.
    /// </summary>
    private static AdminPermissions RightToModify(RawValue old, HandleValue value) =>
        (HandleRights.IsAdminValue(old.Type), HandleRights.IsAdminValue(value.Type)) switch
        {
            (true, true) => AdminPermissions.ModifyAdmin,
            (true, false) => AdminPermissions.RemoveAdmin | AdminPermissions.AddValue,
            (false, true) => AdminPermissions.RemoveValue | AdminPermissions.AddAdmin,
            _ => AdminPermissions.ModifyValue,
        };

    private static RawValue? Find(IReadOnlyList<RawValue> values, int index)
    {
        foreach (var value in values)
        {
            if (value.Index == index)
            {
                return value;
            }
        }
        return null;
    }

    private static List<RawValue> Raw(IReadOnlyList<HandleValue> values) => [.. values.Select(v => v.ToRawValue())];

    private static Error? Same(StoredRecord? judged, StoredRecord? current) =>
        judged?.Version == current?.Version || (judged is null && current is { Status: RecordStatus.Revoked })
            ? null
            : Refusals.VersionConflict(current?.Version ?? 0);

    private static Outcome NoValue(int index) =>
        new(ResponseCode.ValuesNotFound, $"There is no value at index {index}.");

    private static Outcome Refused(AdminPermissions given) =>
        given == AdminPermissions.None
            ? new(ResponseCode.InvalidAdministrator, "No HS_ADMIN value names this administrator.")
            : new(
                ResponseCode.InsufficientPermissions,
                "The administrator has not the right to do this, or a value may not be written."
            );

    private static Outcome Rendered =>
        new(
            ResponseCode.InsufficientPermissions,
            "This prefix record is rendered from the node's settings: create it with all its values to change it."
        );
}
