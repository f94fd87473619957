using System.Runtime.CompilerServices;
using System.Text;
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
/// Updates, revokes and erases records, and edits them by their Handle values. A front end that decides by the record
/// itself passes a delegate. The delegate sees the exact version that the write replaces. Thread-safe.
/// </summary>
public sealed class RecordEditor(
    IRecordStore store,
    CatalogHolder catalog,
    NodeSecrets secrets,
    ItemRecognizer items,
    Auditor auditor,
    TimeProvider time
)
{
    // In each round at least one writer succeeds. So a caller that states no version waits instead of failing.
    private const int MaxTries = 1_000;

    private const int HistoryPage = 500;

    /// <summary>
    /// Applies a patch. A patch without effect makes no version. Raw values that the caller may not see stay, unless
    /// one is set at their index.
    /// </summary>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="patch">The changes.</param>
    /// <param name="expectedVersion">The version that the record must have; null for any version.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> UpdateAsync(
        Identifier identifier,
        RecordPatch patch,
        long? expectedVersion,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeByRoleAsync(
            identifier,
            expectedVersion,
            caller,
            current => Patched(current, patch, caller),
            cancellationToken
        );

    /// <summary>
    /// Says what an update would do, and does nothing. Whether a unique value is taken, only the write
    /// finds.
    /// </summary>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="patch">The changes.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<WriteOutcome>> PreviewAsync(
        Identifier identifier,
        RecordPatch patch,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireWriting(caller, identifier) is { } refusal)
        {
            return refusal;
        }
        if ((await store.FindAsync(identifier.Key, cancellationToken)).Record is not { } current)
        {
            return await AbsentAsync(identifier, cancellationToken);
        }
        if (!Patched(current, patch, caller).TryGet(out var write, out var error))
        {
            return error;
        }
        return write is null ? WriteOutcome.Same : WriteOutcome.Changed;
    }

    private Result<RecordWrite?> Patched(StoredRecord current, RecordPatch patch, Caller caller)
    {
        var before = ContentOf(current);
        var unseen = before.Values.Where(v => !caller.Projection.Shows(v));
        var after = RecordValidator.With(
            before,
            patch.Values is { } given
                ? patch with
                {
                    Values = [.. given, .. unseen.ExceptBy(given.Select(v => v.Index), v => v.Index)],
                }
                : patch
        );
        var granting =
            patch.Values is not null && after.IsOk
                ? AccessPolicy.Granting(caller, after.Value.Values, before.Values)
                : null;
        return Faults.Join(patch.Misread, granting ?? after.Error) is { } refusal
            ? refusal
            : Update(current, before, after);
    }

    /// <summary>
    /// Changes attributes by the rules of a published version of the record's template, which the record then has,
    /// unless it has a later one. What that version requires must be there. Other attributes and raw values stay. A
    /// record with another template is <see cref="ErrorCode.InvalidValue"/>.
    /// </summary>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="template">The version of the template.</param>
    /// <param name="attributes">The attributes to set, by code. An empty value removes one.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Registered>> UpdateAsync(
        Identifier identifier,
        Template template,
        IReadOnlyList<KeyValuePair<string, InputValue>> attributes,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeByRoleAsync(
            identifier,
            null,
            caller,
            current =>
            {
                var before = ContentOf(current);
                if (before.Template?.Code != template.Code)
                {
                    return RegistrationErrors.OtherTemplate(template);
                }
                var to = before.Template.Version > template.Version ? before.Template : template;
                return Update(current, before, RecordValidator.Moved(before, to, attributes));
            },
            cancellationToken
        );

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
    public Task<Result<Registered>> ChangeValuesAsync(
        Identifier identifier,
        Func<StoredRecord, Result<ValueChange>> change,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
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
                var before = ContentOf(current);
                return Update(
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
        var result = await WriteAsync(
            identifier,
            null,
            caller,
            Role.Registrar,
            current => Made(current, identifier, values, overwrite, permit),
            cancellationToken
        );
        return result is { IsOk: true, Value.Outcome: WriteOutcome.Reinstated }
            ? await AuditedAsync(result, caller, RegistrationNotes.Reinstating, identifier.Text)
            : result;
    }

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
            return Create(identifier, content.Seal(secrets, identifier.Key), digest);
        }
        var before = ContentOf(current);
        return current.Status == RecordStatus.Active
            ? Update(current, before, content)
            : Write(
                current,
                before,
                content.Seal(secrets, current.Key),
                LogOperation.Reinstate,
                RecordStatus.Active
            ) with
            {
                Digest = digest,
            };
    }

    /// <summary>Revokes a record and leaves a tombstone. Revoking again is <see cref="ErrorCode.Revoked"/>.</summary>
    // A plain null binds to this overload and states no version.
    [OverloadResolutionPriority(1)]
    public Task<Result<Registered>> RevokeAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeByRoleAsync(
            identifier,
            expectedVersion,
            caller,
            current =>
                AccessPolicy.Granted(caller, ContentOf(current).Values) is { } granted ? granted : Revoke(current),
            cancellationToken
        );

    /// <summary>The same for callers whose rights depend on the record itself.</summary>
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
        ChangeAsync(
            identifier,
            null,
            caller,
            Role.Registrar,
            current => permit(current) is { } refusal ? refusal : Revoke(current),
            cancellationToken
        );

    /// <summary>
    /// Erases values from all versions and indexes, also of a tombstone. The hashes in the log stay. Audited.
    /// </summary>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="codes">
    /// State codes <c>a:code</c>, <c>v:index</c> or <c>k:source</c>; some version must hold each
    /// (<see cref="ErrorCode.ValueNotFound"/>). Of an erased key an HMAC stays, so that the item is recognised when it
    /// is sent again.
    /// </param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<Result<Registered>> EraseAsync(
        Identifier identifier,
        IReadOnlyCollection<string> codes,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Require(caller, Role.Admin) is { } refusal)
        {
            return refusal;
        }
        if (await CheckErasableAsync(identifier, codes, cancellationToken) is { } error)
        {
            return error;
        }
        await NoteErasureAsync(identifier, codes, caller, cancellationToken);
        var held = await HeldAsync(identifier, null, cancellationToken);
        var result = await WriteAsync(
            identifier,
            null,
            caller,
            Role.Admin,
            current =>
                current is null ? IdentifierErrors.Absent(identifier, catalog.Current) : Erased(current, codes, held),
            cancellationToken
        );
        if (IsAbsent(result))
        {
            return await AbsentAsync(identifier, cancellationToken);
        }
        if (result.IsOk)
        {
            await auditor.DoneAsync(
                caller,
                "record.erase",
                $"{identifier} {string.Join(' ', codes)}",
                CancellationToken.None
            );
        }
        return result;
    }

    private ChangeRecord Erased(StoredRecord current, IReadOnlyCollection<string> codes, HeldKeys held)
    {
        var state = StateWriter.Without(current.State, codes);
        var before = ContentOf(current);
        var after = RecordContent.Of(before.Template, current with { State = state });
        var write = Write(
            current with
            {
                State = state,
            },
            before,
            after,
            LogOperation.Erase,
            current.Status,
            KeysWithout(current, codes)
        );
        var forms = held.FormsOf(ErasedKeys(current, codes)).ToList();
        return write with
        {
            Erased = codes,
            RowsBefore = [.. write.RowsBefore, .. forms.SelectMany(form => form)],
            Rows = [.. write.Rows, .. forms.Select(form => form[1])],
        };
    }

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
    public async Task<Result<Registered>> AddKeyAsync(
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
        var (present, _) = await store.FindAsync(identifier.Key, cancellationToken);
        if (present is null || !catalog.Current.IsHomed(identifier))
        {
            return await AbsentAsync(identifier, cancellationToken);
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
        var held = await HeldAsync(identifier, new BusinessKey(source!, key), cancellationToken);
        var result = await ChangeByRoleAsync(
            identifier,
            null,
            caller,
            current => WithKey(current, catalog.Current.FindSource(source!, prefix)!, key!, held),
            cancellationToken
        );
        return await AuditedAsync(result, caller, "record.key-add", $"{identifier} {source}");
    }

    /// <summary>Why an item cannot have the first key of a new source.</summary>
    private Error? KeyRefusal(StoredRecord present, Identifier identifier, Source source, string key) =>
        present.Status == RecordStatus.Revoked
            ? IdentifierErrors.Revoked(identifier.Text)
            : WithKey(present, source, key, HeldKeys.None).Error;

    /// <summary>
    /// Takes a business key from an item; another item may have it then. <see cref="ErrorCode.ValueNotFound"/> if the
    /// item does not have it. Audited.
    /// </summary>
    /// <param name="identifier">The identifier of the item.</param>
    /// <param name="source">The code of the source.</param>
    /// <param name="key">The key in that source.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<Result<Registered>> RemoveKeyAsync(
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
        var held = await HeldAsync(identifier, new BusinessKey(source!, key), cancellationToken);
        var result = await ChangeByRoleAsync(
            identifier,
            null,
            caller,
            current =>
                catalog.Current.FindSource(source!, identifier.Prefix.Text) is { } known
                    ? WithoutKey(current, known, key!, held)
                    : RegistrationErrors.NoKey(source!, key!),
            cancellationToken
        );
        return await AuditedAsync(result, caller, "record.key-remove", $"{identifier} {source}");
    }

    private async Task<Result<Registered>> AuditedAsync(
        Result<Registered> result,
        Caller caller,
        string action,
        string target
    )
    {
        if (result is { IsOk: true, Value.Outcome: WriteOutcome.Changed or WriteOutcome.Reinstated })
        {
            await auditor.DoneAsync(caller, action, target, CancellationToken.None);
        }
        return result;
    }

    /// <summary>Finds out how a record has its keys.</summary>
    private async ValueTask<HeldKeys> HeldAsync(
        Identifier identifier,
        BusinessKey? asked,
        CancellationToken cancellationToken
    )
    {
        if ((await store.FindAsync(identifier.Key, cancellationToken)).Record is not { } record)
        {
            return HeldKeys.None;
        }
        var held = new HeldKeys(record, asked, catalog.Current, secrets);
        if (held.Exact.Count > 0)
        {
            held.Take(await store.FindByKeysAsync(held.Exact, cancellationToken));
        }
        return held;
    }

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
        var content = ContentOf(current);
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

    private Source? SourceOf(BusinessKey key, StoredRecord record) =>
        catalog.Current.FindSource(key.Source, KeyRows.PrefixOf(record));

    /// <summary>The keys that an erasure takes from a record, with their sources.</summary>
    private IEnumerable<(Source Source, string Key)> ErasedKeys(
        StoredRecord record,
        IReadOnlyCollection<string> codes
    ) =>
        from key in RecordState.KeysOf(record.State)
        where key.SourceKey is not null && codes.Contains(StateCodes.KeyPrefix + key.Source)
        let source = SourceOf(key, record)
        where source is not null
        select (source, key.SourceKey!);

    /// <summary>The keys that an erasure leaves. None takes the place of the first.</summary>
    private static List<BusinessKey> KeysWithout(StoredRecord record, IReadOnlyCollection<string> codes)
    {
        var keys = RecordState.KeysOf(record.State);
        var left = keys.Where(key => !codes.Contains(StateCodes.KeyPrefix + key.Source)).ToList();
        if (keys.Count > 0 && (left.Count == 0 || left[0] != keys[0]))
        {
            left.Insert(0, BusinessKeys.NoFirst);
        }
        return left;
    }

    /// <summary>
    /// Notes in the sources of keys to be erased that rows of erased keys are to be looked for. The list of lost
    /// identifiers forgets the keys: the item is there, and needs it no more.
    /// </summary>
    private async Task NoteErasureAsync(
        Identifier identifier,
        IReadOnlyCollection<string> codes,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if ((await store.FindAsync(identifier.Key, cancellationToken)).Record is not { } record)
        {
            return;
        }
        foreach (var key in RecordState.KeysOf(record.State))
        {
            if (codes.Contains(StateCodes.KeyPrefix + key.Source) && SourceOf(key, record) is { } source)
            {
                await items.NoteOtherFormsAsync(source, caller, cancellationToken);
                await items.ForgetLostAsync(source, key, record, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Checks that some version holds each code, so that a typing error does not look like an erased value.
    /// </summary>
    private async Task<Error?> CheckErasableAsync(
        Identifier identifier,
        IReadOnlyCollection<string> codes,
        CancellationToken cancellationToken
    )
    {
        if (codes.Count == 0 || !codes.All(IsErasable))
        {
            return RegistrationErrors.NotErasable();
        }
        if ((await store.FindAsync(identifier.Key, cancellationToken)).Record is not { } record)
        {
            return null;
        }
        var missing = await MissingAsync(record, codes, cancellationToken);
        return missing.Count == 0
            ? null
            : RegistrationErrors.NoValues(identifier, missing.Order(StringComparer.Ordinal));
    }

    private static bool IsErasable(string code) =>
        code.StartsWith(StateCodes.AttributePrefix, StringComparison.Ordinal)
        || code.StartsWith(StateCodes.ValuePrefix, StringComparison.Ordinal)
        || (code.StartsWith(StateCodes.KeyPrefix, StringComparison.Ordinal) && code != StateCodes.KeyPrefix);

    private async Task<HashSet<string>> MissingAsync(
        StoredRecord record,
        IReadOnlyCollection<string> codes,
        CancellationToken cancellationToken
    )
    {
        var missing = new HashSet<string>(codes, StringComparer.Ordinal);
        var before = 0L;
        while (missing.Count > 0)
        {
            var versions = await store.HistoryAsync(record.Object, before, HistoryPage, cancellationToken);
            foreach (var version in versions)
            {
                var reader = new StateReader(version.State);
                while (reader.Read())
                {
                    missing.Remove(Encoding.UTF8.GetString(reader.Code));
                }
            }
            if (!versions.IsFull)
            {
                break;
            }
            before = versions[^1].Body.Version;
        }
        return missing;
    }

    /// <summary>
    /// Changes a record for a caller whose role decides. Such callers may see which identifiers there are, so that of
    /// one that is absent they are told what may be meant.
    /// </summary>
    private async Task<Result<Registered>> ChangeByRoleAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        Func<StoredRecord, Result<RecordWrite?>> change,
        CancellationToken cancellationToken
    )
    {
        var needed = AccessPolicy.RoleToWrite(identifier);
        var result = await ChangeAsync(identifier, expectedVersion, caller, needed, change, cancellationToken);
        return IsAbsent(result) ? await AbsentAsync(identifier, cancellationToken) : result;
    }

    private static bool IsAbsent(Result<Registered> result) => result.Error is { Code: ErrorCode.NotFound };

    private ValueTask<Error> AbsentAsync(Identifier identifier, CancellationToken cancellationToken) =>
        AbsentIdentifier.ErrorAsync(identifier, catalog.Current, store, cancellationToken);

    private Task<Result<Registered>> ChangeAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        Role needed,
        Func<StoredRecord, Result<RecordWrite?>> change,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            identifier,
            expectedVersion,
            caller,
            needed,
            current =>
            {
                if (current is null || !catalog.Current.IsHomed(identifier))
                {
                    return IdentifierErrors.Absent(identifier, catalog.Current);
                }
                if (current.Status == RecordStatus.Revoked)
                {
                    return IdentifierErrors.Revoked(identifier.Text);
                }
                return expectedVersion is { } expected && expected != current.Version
                    ? IdentifierErrors.VersionConflict(current.Version)
                    : change(current);
            },
            cancellationToken
        );

    /// <summary>Makes a write from the current record. Repeats this until no other write came between.</summary>
    private async Task<Result<Registered>> WriteAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        Role needed,
        Func<StoredRecord?, Result<RecordWrite?>> make,
        CancellationToken cancellationToken
    )
    {
        if (
            (AccessPolicy.Require(caller, needed) ?? AccessPolicy.RequireReach(caller, identifier.Prefix.Text)) is
            { } refusal
        )
        {
            return refusal;
        }
        for (var tries = 0; ; tries++)
        {
            var (current, _) = await store.FindAsync(identifier.Key, cancellationToken);
            if (current is not null && RecordReader.IsTemplateUnknown(current, catalog.Current))
            {
                // Without its template, the record would lose its attributes in the write.
                await catalog.ReloadAsync(current.Sequence, cancellationToken);
            }
            if (!make(current).TryGet(out var write, out var error))
            {
                return AccessPolicy.WithinReach(error, caller);
            }
            if (write is null)
            {
                return new Registered(WriteOutcome.Same, current!);
            }
            var result = (await store.WriteAsync([write with { Actor = caller.Actor }], cancellationToken))[0];
            if (AnswerTo(write, result) is { } answer)
            {
                await NoteRightsAsync(answer, current, caller);
                return answer.TryGet(out _, out error) ? answer : AccessPolicy.WithinReach(error, caller);
            }
            if (expectedVersion is not null || tries == MaxTries)
            {
                return IdentifierErrors.VersionConflict(result.Record!.Version);
            }
        }
    }

    /// <summary>
    /// Notes in the audit log that the rights in a record are no longer what they were. New records, which may be many,
    /// are gathered.
    /// </summary>
    private async Task NoteRightsAsync(Result<Registered> answer, StoredRecord? before, Caller caller)
    {
        if (
            !answer.TryGet(out var written, out _)
            || AccessPolicy.GrantingChange(ActiveValues(written.Record), ActiveValues(before)) is null
        )
        {
            return;
        }
        var identifier = RecordState.IdentifierOf(written.Record) ?? written.Record.Key.ToString();
        if (before is null)
        {
            auditor.Noted(caller, RegistrationNotes.Granting, identifier);
        }
        else
        {
            await auditor.DoneAsync(caller, RegistrationNotes.Granting, identifier, CancellationToken.None);
        }
    }

    /// <summary>The values that count: those of a record that is there.</summary>
    private RawValue[] ActiveValues(StoredRecord? record) =>
        record is { Status: RecordStatus.Active } ? ContentOf(record).Values : [];

    /// <summary>The answer to a write; null if another write came first.</summary>
    private static Result<Registered>? AnswerTo(RecordWrite write, RecordWriteResult result)
    {
        switch (result.Outcome)
        {
            case WriteOutcome.Created or WriteOutcome.Changed:
                return new Registered(
                    write.Operation == LogOperation.Reinstate ? WriteOutcome.Reinstated : result.Outcome,
                    result.Record!
                );
            case WriteOutcome.Failed:
                return result.Error!;
            case WriteOutcome.NotUnique:
                return RegistrationErrors.NotUnique(result);
            case WriteOutcome.KeyTaken:
                return RegistrationErrors.KeyTaken(result.Record!, result.Field!);
            default:
                return null;
        }
    }

    private RecordContent ContentOf(StoredRecord record) =>
        RecordContent.Of(RecordReader.TemplateOf(record, catalog.Current), record);

    private Result<RecordWrite?> Update(StoredRecord current, RecordContent before, Result<RecordContent> after)
    {
        if (!after.TryGet(out var plain, out var error))
        {
            return error;
        }
        var content = plain.Seal(secrets, current.Key, before);
        return content.SameAs(before)
            ? (RecordWrite?)null
            : Write(current, before, content, LogOperation.Update, RecordStatus.Active);
    }

    private ChangeRecord Revoke(StoredRecord current)
    {
        var content = ContentOf(current);
        return Write(current, content, content, LogOperation.Revoke, RecordStatus.Revoked);
    }

    private RegisterRecord Create(Identifier identifier, RecordContent content, byte[] digest)
    {
        var state = StateEncoder.Encode(content, identifier.Text, RecordStatus.Active, []);
        return new RegisterRecord
        {
            Key = identifier.Key,
            Digest = digest,
            State = state,
            Commitments = Commitments.Of(state),
            Actor = 0,
            Time = Micros.Now(time),
        };
    }

    private ChangeRecord Write(
        StoredRecord current,
        RecordContent before,
        RecordContent content,
        LogOperation operation,
        RecordStatus status,
        IReadOnlyList<BusinessKey>? keys = null
    )
    {
        var state = StateEncoder.Encode(
            content,
            RecordState.IdentifierOf(current),
            status,
            keys ?? RecordState.KeysOf(current.State)
        );
        var active = status == RecordStatus.Active;
        return new ChangeRecord(operation)
        {
            Key = current.Key,
            ExpectedVersion = current.Version,
            Template = content.Template?.Code,
            State = state,
            Commitments = Commitments.Of(state),
            RowsBefore = current.Status == RecordStatus.Active ? SideTables.RowsOf(before) : [],
            Rows = active ? SideTables.RowsOf(content) : [],
            Actor = 0,
            Time = Micros.Now(time),
        };
    }
}
