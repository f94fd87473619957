using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>Finds the identifier for the text of a scanner or of a field on a page. Thread-safe.</summary>
public sealed class Scanner(
    IdentifierReader reader,
    KeyFinder finder,
    CatalogHolder catalog,
    IForeignResolver foreign,
    AccessPolicy access
)
{
    /// <summary>
    /// Finds the first identifier homed here, else the item registered under a GS1 key, else a foreign identifier if
    /// foreign resolution is on. The error says what the text looks like and what is wrong with it.
    /// </summary>
    /// <param name="text">The text as read (<see cref="ScanText"/>). A URL is never fetched.</param>
    /// <param name="caller">Who asks. Callers that may not resolve are not told what is registered.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<Identifier>> FindAsync(
        string? text,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (access.RequireResolving(caller) is { } refused)
        {
            return refused;
        }
        var known = catalog.Current;
        var scan = ScanText.Parse(text, one => known.IsHomed(one) && caller.Reaches(one.Key.Bytes));
        if (scan is { Homed: [var only], Joined: [], Gs1Keys: [] })
        {
            return only;
        }
        var found =
            await FirstRegisteredAsync(scan.Homed, caller, cancellationToken)
            ?? await ByGs1KeyAsync(scan.Gs1Keys, caller, cancellationToken)
            ?? await FirstRegisteredAsync(scan.Joined, caller, cancellationToken);
        if (found is not null)
        {
            return found;
        }
        return scan switch
        {
            { Homed: [.., var likeliest] } => likeliest,
            { Gs1Keys: [var key, ..] } => NoItem(key, scan),
            { Foreign: { } elsewhere, IsMiswritten: false } => Elsewhere(elsewhere, caller),
            _ => new Error(ErrorCode.InvalidIdentifier, scan.Reason, "text"),
        };
    }

    private Result<Identifier> Elsewhere(Identifier identifier, Caller caller)
    {
        if (AccessPolicy.RequireSight(caller, identifier) is { } hidden)
        {
            return hidden;
        }
        return foreign.IsOn ? identifier : NoForeignResolver.Refusal(identifier.Prefix, "text");
    }

    private async ValueTask<Identifier?> FirstRegisteredAsync(
        IReadOnlyList<Identifier> identifiers,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        foreach (var identifier in identifiers)
        {
            var end = await reader.SeenStoredAsync(identifier, caller, cancellationToken);
            if (end.Kind is ResolutionKind.Found or ResolutionKind.Revoked or ResolutionKind.Template)
            {
                return identifier;
            }
        }
        return null;
    }

    private async ValueTask<Identifier?> ByGs1KeyAsync(
        IReadOnlyList<string> keys,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        foreach (var key in keys)
        {
            var found = await finder.FindAsync(Source.Gs1, key, null, caller, cancellationToken);
            if (found is { IsOk: true, Value: { } record })
            {
                return Identifier.Parse(RecordState.IdentifierOf(record)).Value;
            }
        }
        return null;
    }

    private static Error NoItem(string key, ScanText scan)
    {
        var (en, zh) = scan.Gs1Fault is { } fault ? ($" {Sentence(fault.En)}.", $"{fault.Zh}。") : ("", "");
        return Error.Of(
            ErrorCode.NotFound,
            $"No item is registered with source gs1 and key {key}.{en}",
            $"没有以来源 gs1、业务主键 {key} 注册的标识。{zh}",
            "text"
        );
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
