using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Registration;

/// <summary>Updates and revokes records, for callers whose role decides what they may do. Thread-safe.</summary>
public sealed class RecordEditor(RecordWriter writer)
{
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
        writer.ChangeByRoleAsync(
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
        if (await writer.FindAsync(identifier, cancellationToken) is not { } current)
        {
            return await writer.AbsentAsync(identifier, cancellationToken);
        }
        if (!Patched(current, patch, caller).TryGet(out var write, out var error))
        {
            return error;
        }
        return write is null ? WriteOutcome.Same : WriteOutcome.Changed;
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
        writer.ChangeByRoleAsync(
            identifier,
            null,
            caller,
            current =>
            {
                var before = writer.ContentOf(current);
                if (before.Template?.Code != template.Code)
                {
                    return RegistrationErrors.OtherTemplate(template);
                }
                var to = before.Template.Version > template.Version ? before.Template : template;
                return writer.Update(current, before, RecordValidator.Moved(before, to, attributes));
            },
            cancellationToken
        );

    /// <summary>Revokes a record and leaves a tombstone. Revoking again is <see cref="ErrorCode.Revoked"/>.</summary>
    public Task<Result<Registered>> RevokeAsync(
        Identifier identifier,
        long? expectedVersion,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        writer.ChangeByRoleAsync(
            identifier,
            expectedVersion,
            caller,
            current =>
                AccessPolicy.Granted(caller, writer.ContentOf(current).Values) is { } granted
                    ? granted
                    : writer.Revoke(current),
            cancellationToken
        );

    private Result<RecordWrite?> Patched(StoredRecord current, RecordPatch patch, Caller caller)
    {
        var before = writer.ContentOf(current);
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
            : writer.Update(current, before, after);
    }
}
