using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;

namespace IdResolution.Core.Traceability;

/// <summary>Finds what callers name in any of the ways of <see cref="ThingRequest"/>. Thread-safe.</summary>
public sealed class ThingFinder(CatalogHolder catalog, KeyFinder keys, Scanner scanner, RecordQueries queries)
{
    // So many are told of where one is wanted.
    private const int MostFound = 4;

    /// <summary>
    /// Finds what an item that is named by a URI is here. A URI that says an identifier of this node, or a GS1 key of
    /// an item that is registered, means that item; any other is as it was.
    /// </summary>
    public async ValueTask<ItemName> ResolveAsync(ItemName name, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Uri is null ? name : (await ResolveAsync([name], caller, cancellationToken))[0];
    }

    /// <summary>The same for many: the store is asked for all their keys at once.</summary>
    internal async ValueTask<ItemName[]> ResolveAsync(
        IReadOnlyList<ItemName> names,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var resolved = new ItemName[names.Count];
        var wanted = new IReadOnlyList<string>[names.Count];
        for (var i = 0; i < resolved.Length; i++)
        {
            (resolved[i], wanted[i]) = await ReadAsync(names[i], caller, cancellationToken);
        }
        var found = await keys.FindFirstAsync(Source.Gs1, wanted, caller, cancellationToken);
        for (var i = 0; i < resolved.Length; i++)
        {
            if (found[i] is { } identifier)
            {
                resolved[i] = resolved[i].Of(identifier);
            }
        }
        return resolved;
    }

    /// <summary>Reads what events name by URIs, all at once.</summary>
    internal async ValueTask<KnownUris> KnowAsync(
        IReadOnlyList<Result<EventRequest>> requests,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var known = new KnownUris();
        foreach (var one in requests)
        {
            if (one.TryGet(out var request, out _))
            {
                known.Want(request);
            }
        }
        known.Take(await ResolveAsync(known.Names, caller, cancellationToken));
        return known;
    }

    /// <summary>The identifier of this node that a URI says, else the URI with the GS1 keys that it may mean.</summary>
    private async ValueTask<(ItemName Name, IReadOnlyList<string> Gs1Keys)> ReadAsync(
        ItemName name,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (name.Uri is not { } uri)
        {
            return (name, []);
        }
        var key = name.UriKey.ToString();
        if (key.StartsWith('(') && EpcUrn.IsPlain(uri))
        {
            return (name, [key, uri]);
        }
        var scan = ScanText.Parse(uri, catalog.Current.IsHomed);
        if (
            scan is not { Homed: [], Joined: [] }
            && (await scanner.FindAsync(uri, caller, cancellationToken)).TryGet(out var own, out _)
            && (scan.Homed.Contains(own) || scan.Joined.Contains(own))
        )
        {
            return (own, []);
        }
        return (name, scan.Gs1Keys.Count > 0 && scan.Gs1Keys[0] == key ? scan.Gs1Keys : [key, .. scan.Gs1Keys]);
    }

    /// <summary>The same for a text, which is an identifier or a URI.</summary>
    public async ValueTask<Result<ItemName>> NameAsync(
        string? text,
        string field,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ItemName.Parse(text, field).TryGet(out var name, out var error)
            ? await ResolveAsync(name, caller, cancellationToken)
            : error;

    /// <summary>The same for an item that may be named by a business key, or found by a search.</summary>
    /// <param name="asked">The item.</param>
    /// <param name="field">The field of its text or search.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<ItemName>> NameAsync(
        ItemAsked asked,
        string field,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(asked);
        var ways = (asked.Text is null ? 0 : 1) + (asked.IsByKey ? 1 : 0) + (asked.Search is null ? 0 : 1);
        if (ways > 1)
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                $"{field} is named in one way: by its identifier, by source and sourceKey, or by a search.",
                $"{field} 应以一种方式指明：标识、source 与 sourceKey，或检索条件。",
                field
            );
        }
        if (ways == 0 || asked.Text is not null)
        {
            return await NameAsync(asked.Text, field, caller, cancellationToken);
        }
        var found = asked.Search is { } search
            ? await SearchAsync(search, field, caller, cancellationToken)
            : await queries.FindByKeyAsync(asked.Source, asked.SourceKey, asked.Prefix, caller, cancellationToken);
        return found.TryGet(out var identifier, out var error) ? new ItemName(identifier) : error;
    }

    private async ValueTask<Result<Identifier>> SearchAsync(
        ItemSearch search,
        string field,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (
            !search.ToQuery(field, catalog.Current, caller).TryGet(out var query, out var error)
            || !(await queries.SearchAsync(query with { Limit = MostFound }, caller, cancellationToken)).TryGet(
                out var page,
                out error
            )
        )
        {
            return error;
        }
        var names = page.Items.Select(static record => record.Identifier);
        return page.Items switch
        {
            [var only] => Identifier.Parse(only.Identifier, field),
            [] => Error.Of(ErrorCode.NotFound, $"{field} finds no item.", $"{field} 未找到标识。", field),
            _ => Error.Of(
                ErrorCode.InvalidValue,
                $"{field} finds several items: {string.Join(", ", names)} …; name one.",
                $"{field} 找到多个标识：{string.Join("、", names)} …，请指明其一。",
                field
            ),
        };
    }

    /// <summary>The error for what is neither registered nor named by an event: perhaps mistyped.</summary>
    internal async ValueTask<Error> AbsentAsync(
        string text,
        string field,
        CancellationToken cancellationToken,
        Caller? caller = null
    ) =>
        Identifier.TryParse(text, out var identifier) && catalog.Current.IsHomed(identifier)
            ? await queries.AbsentAsync(identifier, caller ?? Caller.Node, cancellationToken) with
            {
                Field = field,
            }
            : TraceErrors.Unknown(text, field);

    /// <summary>Finds what is named; null where a fault was added.</summary>
    internal async ValueTask<EventThing?> FindAsync(
        ThingRequest given,
        string field,
        bool mustBeItem,
        Caller caller,
        Faults faults,
        CancellationToken cancellationToken
    )
    {
        var hasKey = given.Source is not null || given.SourceKey is not null;
        var ways =
            // Nothing is being registered here, or it is named in another way too.
            (given.IsSelf ? 2 : 0)
            + (given.Identifier is null ? 0 : 1)
            + (given.Text is null ? 0 : 1)
            + (given.Scanned is null ? 0 : 1)
            + (hasKey ? 1 : 0);
        if (ways != 1)
        {
            faults.Add(
                field,
                "is named in one way: identifier, source with sourceKey, or scanned",
                "应以一种方式指明：identifier，source 与 sourceKey，或 scanned"
            );
            return null;
        }
        if (given.Text is { } word && !mustBeItem && !IsHomed(word))
        {
            EventTexts.Check(word, field, EventRules.MaxText, faults);
            return EventTexts.IsText(word, EventRules.MaxText) ? new EventThing(null, word) : null;
        }
        if (mustBeItem && ItemUri.IsUri(given.Text))
        {
            return await OfUriAsync(given.Text!, field, caller, faults, cancellationToken);
        }
        Result<Identifier> found;
        if (hasKey)
        {
            found = await ByKeyAsync(given, field, caller, cancellationToken);
        }
        else if (given.Scanned is { } scanned)
        {
            found = await scanner.FindAsync(scanned, caller, cancellationToken);
        }
        else
        {
            found = Identifier.Parse(given.Identifier ?? given.Text, field);
        }
        if (!found.TryGet(out var identifier, out var error))
        {
            faults.Add(At(field, error));
            return null;
        }
        return IsWithinReach(identifier, field, caller, faults) ? new EventThing(identifier, null) : null;
    }

    private async ValueTask<EventThing?> OfUriAsync(
        string uri,
        string field,
        Caller caller,
        Faults faults,
        CancellationToken cancellationToken
    )
    {
        var read = await NameAsync(uri, field, caller, cancellationToken);
        if (!read.TryGet(out var name, out var error))
        {
            faults.Add(At(field, error));
            return null;
        }
        return Of(name, field, caller, faults);
    }

    /// <summary>What a URI names, once it is known what it means here; null where a fault was added.</summary>
    internal EventThing? Of(ItemName name, string field, Caller caller, Faults faults) =>
        name.Identifier is null || IsWithinReach(name.Identifier, field, caller, faults) ? EventThing.Of(name) : null;

    private bool IsWithinReach(Identifier identifier, string field, Caller caller, Faults faults)
    {
        if (
            catalog.Current.IsHomed(identifier)
            && AccessPolicy.RequireReach(caller, identifier.Prefix.Text) is { } beyond
        )
        {
            faults.Add(beyond with { Field = field });
            return false;
        }
        return true;
    }

    private bool IsHomed(string text) =>
        Identifier.TryParse(text, out var identifier) && catalog.Current.IsHomed(identifier);

    private async ValueTask<Result<Identifier>> ByKeyAsync(
        ThingRequest given,
        string field,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var needed = new Faults();
        SourceRules.CheckNeeded(given.Source, given.SourceKey, $"{field}.", needed);
        if (needed.TryCombine(out var faulty))
        {
            return faulty;
        }
        var found = await keys.FindAsync(given.Source!, given.SourceKey!, null, caller, cancellationToken);
        if (!found.TryGet(out var record, out var error))
        {
            return error;
        }
        return record is null
            ? Error.Of(
                ErrorCode.NotFound,
                $"{field}: no item has the key {given.SourceKey} of source {given.Source}.",
                $"{field}：没有标识具有来源 {given.Source} 的业务主键 {given.SourceKey}。",
                field
            )
            : Identifier.Parse(RecordState.IdentifierOf(record), field);
    }

    /// <summary>An error as that of a field of the event.</summary>
    private static Error At(string field, Error error)
    {
        var code = error.Code == ErrorCode.NotFound ? ErrorCode.InvalidValue : error.Code;
        return error with { Code = code, Field = field };
    }
}
