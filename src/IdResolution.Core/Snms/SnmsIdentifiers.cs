using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Snms;

/// <summary>
/// Registers, changes and deletes identifiers by the rules of the SNMS protocol: with a template, by the indexes of its
/// attributes, in the caller's own prefix. Each item of a batch succeeds or fails by itself. Thread-safe.
/// </summary>
public sealed class SnmsIdentifiers(Registrar registrar, RecordEditor editor, CatalogHolder catalog)
{
    /// <summary>The most items of one call.</summary>
    public const int MaxBatch = Registrar.MaxBatch;

    /// <summary>The most characters of a value, whatever its attribute allows.</summary>
    public const int MaxValue = 255;

    // Changes at once, so that the store can share a flush among them.
    private const int Together = 64;

    /// <summary>
    /// Registers identifiers; one that is there is <see cref="ErrorCode.AlreadyExists"/>, whatever it holds, and a
    /// deleted one comes back. Gives the error of each item, or null.
    /// </summary>
    public async Task<Error?[]> RegisterAsync(
        IReadOnlyList<Result<SnmsItem>> items,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var batch = CheckAll(items, caller);
        var waiting = new List<int>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (batch.Errors[i] is null && (batch.Errors[i] = MissingOf(batch.Items[i])) is null)
            {
                waiting.Add(i);
            }
        }
        var done = new HashSet<LookupKey>();
        while (waiting.Count > 0)
        {
            var (round, later) = Split(batch, waiting, done);
            await RegisterAsync(batch, round, caller, cancellationToken);
            if (later.Count > 0)
            {
                done.UnionWith(round.Where(i => batch.Errors[i] is null).Select(i => batch.Items[i].Identifier.Key));
            }
            waiting = later;
        }
        return batch.Errors;
    }

    /// <summary>
    /// Changes the values at the indexes given; the others stay. The record then has the newest published version of
    /// its template. Gives the error of each item, or null.
    /// </summary>
    public Task<Error?[]> UpdateAsync(
        IReadOnlyList<Result<SnmsItem>> items,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        return EachAsync(
            CheckAll(items, caller),
            async item =>
                (
                    await editor.UpdateAsync(item.Identifier, item.Template!, item.Values, caller, cancellationToken)
                ).Error,
            cancellationToken
        );
    }

    /// <summary>Deletes identifiers. Gives the error of each item, or null.</summary>
    public Task<Error?[]> DeleteAsync(
        IReadOnlyList<string?> handles,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(handles);
        var batch = new Batch(handles.Count);
        for (var i = 0; i < handles.Count; i++)
        {
            if (Own(handles[i], caller).TryGet(out var identifier, out batch.Errors[i]))
            {
                batch.Items[i] = new Checked(identifier, null, []);
            }
        }
        return EachAsync(
            batch,
            async item => (await editor.RevokeAsync(item.Identifier, null, caller, cancellationToken)).Error,
            cancellationToken
        );
    }

    /// <summary>The error of a call about one identifier, which has a text of its own where there is none.</summary>
    public static Error? OfOne(Error? error) =>
        ReferenceEquals(error, SnmsErrors.NoSuchItem) ? SnmsErrors.NotFound : error;

    /// <summary>
    /// Takes from those that wait what can be registered together. An identifier given twice waits until it is known
    /// how the first one ended, and fails where that one is done.
    /// </summary>
    private static (List<int> Round, List<int> Later) Split(Batch batch, List<int> waiting, HashSet<LookupKey> done)
    {
        var (round, later) = (new List<int>(waiting.Count), new List<int>());
        var keys = new HashSet<LookupKey>(waiting.Count);
        foreach (var i in waiting)
        {
            var key = batch.Items[i].Identifier.Key;
            if (done.Contains(key))
            {
                batch.Errors[i] = SnmsErrors.Exists;
            }
            else
            {
                (keys.Add(key) ? round : later).Add(i);
            }
        }
        return (round, later);
    }

    private async Task RegisterAsync(Batch batch, List<int> round, Caller caller, CancellationToken cancellationToken)
    {
        var again = await RegisterAsync(batch, round, reinstate: false, caller, cancellationToken);
        if (again is not null)
        {
            // Few are deleted: looking for each of them before would cost every item a read.
            await RegisterAsync(batch, again, reinstate: true, caller, cancellationToken);
        }
    }

    /// <summary>Registers items. Returns those that may have been deleted, to be brought back; null for none.</summary>
    private async Task<List<int>?> RegisterAsync(
        Batch batch,
        List<int> positions,
        bool reinstate,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var requests = new RegistrationRequest[positions.Count];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = RequestOf(batch.Items[positions[i]], reinstate);
        }
        var results = await registrar.RegisterAsync(requests, caller, cancellationToken);
        List<int>? again = null;
        for (var i = 0; i < results.Length; i++)
        {
            var isTaken = false;
            if (results[i].TryGet(out var registered, out var error))
            {
                isTaken = registered.Outcome == WriteOutcome.Same;
            }
            else if (error is { Code: ErrorCode.Revoked } or { Code: ErrorCode.AlreadyExists, Field: "identifier" })
            {
                if (!reinstate)
                {
                    (again ??= []).Add(positions[i]);
                }
                isTaken = reinstate;
            }
            batch.Errors[positions[i]] = isTaken ? SnmsErrors.Exists : error;
        }
        return again;
    }

    private static RegistrationRequest RequestOf(in Checked item, bool reinstate) =>
        new()
        {
            Template = item.Template!.Code,
            Identifier = item.Identifier.Text,
            Attributes = item.Values,
            Reinstate = reinstate,
        };

    /// <summary>Changes items together, and those of one identifier one after the other.</summary>
    private static async Task<Error?[]> EachAsync(
        Batch batch,
        Func<Checked, Task<Error?>> change,
        CancellationToken cancellationToken
    )
    {
        var groups = new Dictionary<LookupKey, List<int>>(batch.Items.Length);
        for (var i = 0; i < batch.Items.Length; i++)
        {
            if (batch.Errors[i] is null)
            {
                var key = batch.Items[i].Identifier.Key;
                if (!groups.TryGetValue(key, out var group))
                {
                    groups[key] = group = [];
                }
                group.Add(i);
            }
        }
        await Parallel.ForEachAsync(
            groups.Values,
            new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellationToken },
            async (group, _) =>
            {
                foreach (var i in group)
                {
                    try
                    {
                        batch.Errors[i] = Told(await change(batch.Items[i]));
                    }
                    catch (StoreException e) when (batch.Items.Length > 1)
                    {
                        // Other items are on disk by now, so only this one gets the error.
                        batch.Errors[i] = e.Error;
                    }
                }
            }
        );
        return batch.Errors;
    }

    private static Error? Told(Error? error) =>
        error is { Code: ErrorCode.NotFound or ErrorCode.Mistyped or ErrorCode.Revoked }
            ? SnmsErrors.NoSuchItem
            : error;

    /// <summary>Checks each item. The batch has its error, or what was checked.</summary>
    private Batch CheckAll(IReadOnlyList<Result<SnmsItem>> items, Caller caller)
    {
        var batch = new Batch(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (Check(items[i], caller).TryGet(out var item, out batch.Errors[i]))
            {
                batch.Items[i] = item;
            }
        }
        return batch;
    }

    /// <summary>Checks in the order of the protocol: prefix, template, indexes, types, states, lengths.</summary>
    private Result<Checked> Check(Result<SnmsItem> decoded, Caller caller)
    {
        if (!decoded.TryGet(out var item, out var error))
        {
            return error;
        }
        if (!Own(item.Handle, caller).TryGet(out var identifier, out error))
        {
            return error;
        }
        if (string.IsNullOrEmpty(item.TemplateVersion))
        {
            return SnmsErrors.Missing("templateVersion");
        }
        if (item.Values is not { } given)
        {
            return SnmsErrors.Missing("value");
        }
        if (
            !SnmsTemplates
                .Find(catalog.Current, identifier.Prefix.Text, item.TemplateVersion)
                .TryGet(out var template, out error)
        )
        {
            return error;
        }
        var values = SnmsValues.Check(template, given);
        return values.IsOk ? new Checked(identifier, template, values.Value) : values.Error;
    }

    /// <summary>An identifier in the caller's own prefix.</summary>
    private Result<Identifier> Own(string? handle, Caller caller)
    {
        if (string.IsNullOrEmpty(handle))
        {
            return SnmsErrors.Missing("handle");
        }
        if (!Identifier.Parse(handle, "handle").TryGet(out var identifier, out var error))
        {
            return error;
        }
        var known = catalog.Current;
        var prefix = identifier.Prefix.Text;
        if (AccessPolicy.RequireOwnPrefix(caller, prefix, SnmsTemplates.First(known)) is { } refused)
        {
            return refused;
        }
        return known.IsHomed(prefix) ? identifier : IdentifierErrors.NotResponsible(prefix, "handle");
    }

    private static Error? MissingOf(Checked item)
    {
        var attributes = item.Template!.Attributes;
        for (var i = 0; i < attributes.Count; i++)
        {
            if (
                attributes[i] is { Required: true, State: AttributeState.Active }
                && !Has(item.Values, attributes[i].Code)
            )
            {
                return SnmsErrors.Required(attributes[i]);
            }
        }
        return null;
    }

    private static bool Has(List<KeyValuePair<string, InputValue>> values, string code)
    {
        foreach (var (given, value) in values)
        {
            if (given == code)
            {
                return !value.IsEmpty;
            }
        }
        return false;
    }

    /// <summary>An item that was checked. A deletion has neither template nor values.</summary>
    private readonly record struct Checked(
        Identifier Identifier,
        Template? Template,
        List<KeyValuePair<string, InputValue>> Values
    );

    /// <summary>The items of one call, and their errors.</summary>
    private sealed class Batch(int count)
    {
        public Checked[] Items { get; } = new Checked[count];

        public Error?[] Errors { get; } = new Error?[count];
    }
}
