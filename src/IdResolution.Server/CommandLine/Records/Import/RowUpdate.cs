using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>Changes records that a file has with other content: <c>import --update</c>.</summary>
/// <param name="editor">Changes the records.</param>
/// <param name="keys">Gives them further keys.</param>
/// <param name="caller">The caller that the file is judged as.</param>
internal sealed class RowUpdate(RecordEditor editor, BusinessKeyEditor keys, Caller caller)
{
    /// <summary>
    /// The results of registrations, with those that differ from their records replaced by the results of changing the
    /// records. Rows of one record are in the order of the file. What the file does not know stays.
    /// </summary>
    /// <exception cref="StoreException">The store failed: the next run does these rows again.</exception>
    public async Task<Result<Registered>[]> ApplyAsync(
        IReadOnlyList<RegistrationRequest> requests,
        IReadOnlyList<Result<Registered>> results
    )
    {
        var changed = new Result<Registered>[results.Count];
        var records = Enumerable
            .Range(0, changed.Length)
            .GroupBy(i =>
                results[i].IsOk ? RecordState.IdentifierOf(results[i].Value.Record) : results[i].Error!.Holder
            );
        await Task.WhenAll(
            records.Select(async rows =>
            {
                foreach (var i in rows)
                {
                    changed[i] = await ApplyAsync(requests[i], results[i]);
                }
            })
        );
        StoreFailure.ThrowIfAny(changed);
        return changed;
    }

    /// <summary>What would become of a row: its preview, or that of changing the record that differs from it.</summary>
    public async ValueTask<Result<WriteOutcome>> PreviewAsync(
        RegistrationRequest request,
        Result<WriteOutcome> preview,
        CancellationToken cancellationToken
    )
    {
        if (preview.Error is not { Differs: { Count: > 0 } differs, Holder: { } holder })
        {
            return preview;
        }
        var patch = Patch(request, differs);
        var becomes = await editor.PreviewAsync(Identifier.Parse(holder).Value, patch, caller, cancellationToken);
        return becomes.IsOk && differs.Contains("furtherKeys") ? WriteOutcome.Changed : becomes;
    }

    private async Task<Result<Registered>> ApplyAsync(RegistrationRequest request, Result<Registered> result)
    {
        var differs = result.IsOk ? result.Value.Differs : result.Error.Differs;
        if (differs.Count == 0 && !(result.IsOk && request.FurtherKeys.Count > 0))
        {
            return result;
        }
        var holder = result.IsOk ? RecordState.IdentifierOf(result.Value.Record) : result.Error.Holder!;
        var identifier = Identifier.Parse(holder).Value;
        var changed =
            differs.Count == 0
                ? result
                : await editor.UpdateAsync(identifier, Patch(request, differs), null, caller, CancellationToken.None);
        foreach (var (source, key) in request.FurtherKeys)
        {
            if (!changed.IsOk)
            {
                break;
            }
            var added = await keys.AddAsync(identifier, source, key, caller, CancellationToken.None);
            changed = added is { IsOk: true, Value.Outcome: WriteOutcome.Same } ? changed : added;
        }
        return changed;
    }

    private static RecordPatch Patch(RegistrationRequest request, IReadOnlyList<string> differs)
    {
        var attributes = new List<KeyValuePair<string, InputValue>>();
        foreach (var member in differs.Where(d => d.StartsWith("attributes.", StringComparison.Ordinal)))
        {
            var code = member["attributes.".Length..];
            var given = request.Attributes.FirstOrDefault(a => a.Key == code);
            attributes.Add(KeyValuePair.Create(code, given.Key is null ? InputValue.Null : given.Value));
        }
        return new RecordPatch
        {
            Attributes = attributes,
            Values = differs.Any(d => d.StartsWith("values.", StringComparison.Ordinal)) ? request.Values : null,
        };
    }
}
