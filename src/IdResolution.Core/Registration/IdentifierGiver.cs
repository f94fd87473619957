using IdResolution.Core.Catalog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>
/// Gives identifiers to items that come without: by the coding rules of templates, or the one that the item had before
/// a restore lost it. Thread-safe.
/// </summary>
public sealed class IdentifierGiver(
    IRecordStore store,
    SequenceBlocks sequences,
    ILostIdentifiers lost,
    PlantClock plant
)
{
    // How many taken numbers are skipped. Identifiers registered by hand may use a rule's numbers.
    private const int MaxTakenNumbers = 100_000;

    /// <summary>Parses an identifier from a caller and refuses it if nothing can be registered under it.</summary>
    internal static Result<Identifier> Parse(string text, NodeCatalog known)
    {
        var parsed = Identifier.Parse(text);
        return parsed.IsOk && IdentifierErrors.Unregistrable(parsed.Value, known) is { } refusal ? refusal : parsed;
    }

    /// <summary>The refusal if the coding rule of the content's template can give no identifier; else null.</summary>
    internal Error? Check(RecordContent content, NodeCatalog known) =>
        Begin(content, known).TryGet(out _, out var error) ? null : error;

    /// <summary>
    /// Makes the next identifier by the coding rule of the content's template. An item that a restore lost gets the
    /// identifier on its label instead.
    /// </summary>
    /// <param name="request">The item, for its business key.</param>
    /// <param name="content">The content with the attributes for the rule.</param>
    /// <param name="known">The catalog with the rule.</param>
    /// <param name="skipTaken">True to make one that is not registered already, by the rule alone.</param>
    /// <param name="cancellationToken">Ends the wait for numbers.</param>
    internal async ValueTask<Result<Identifier>> GiveAsync(
        RegistrationRequest request,
        RecordContent content,
        NodeCatalog known,
        bool skipTaken,
        CancellationToken cancellationToken
    )
    {
        if (!Begin(content, known).TryGet(out var begun, out var error))
        {
            return error;
        }
        if (!skipTaken && await FindLostAsync(request, known, cancellationToken) is { } own)
        {
            return own;
        }
        var (pattern, draft) = begun;
        for (var tries = 0; tries < MaxTakenNumbers; tries++)
        {
            var number = draft.HasSequence
                ? await sequences.NextAsync(draft.Scope, draft.Day, pattern.MaxSequence, cancellationToken)
                : 0;
            if (!draft.Complete(number).TryGet(out var text, out error))
            {
                return error;
            }
            var identifier = Parse(text, known);
            if (
                !skipTaken
                || !identifier.IsOk
                || (await store.FindAsync(identifier.Value.Key, cancellationToken)).Record is null
            )
            {
                return identifier;
            }
            if (!draft.HasSequence)
            {
                return RegistrationErrors.Taken(text);
            }
        }
        return RegistrationErrors.NumbersTaken(MaxTakenNumbers);
    }

    /// <summary>The identifier on the item's label, if a restore kept it and it can still be registered here.</summary>
    private async ValueTask<Identifier?> FindLostAsync(
        RegistrationRequest request,
        NodeCatalog known,
        CancellationToken cancellationToken
    )
    {
        if (request is not { Source: { } source, SourceKey: { } key, Template: { } template })
        {
            return null;
        }
        var text = await lost.FindAsync(source, key, template, cancellationToken);
        return text is not null && Parse(text, known).TryGet(out var own, out _) && !own.IsPrefixRecord ? own : null;
    }

    /// <summary>Makes all of the identifier except the number and the check character.</summary>
    private Result<(CodingPattern Pattern, IdentifierDraft Draft)> Begin(RecordContent content, NodeCatalog known)
    {
        if (content.Template is not { CodingRule: { } code } template || !known.Rules.TryGetValue(code, out var rule))
        {
            return RegistrationErrors.NoIdentifier();
        }
        if ((rule.Rule.Prefix ?? (known.Prefixes.Count > 0 ? known.Prefixes[0].Text : null)) is not { } prefix)
        {
            return IdentifierErrors.NoPrefix("identifier");
        }
        var begun = rule.Pattern.Begin(
            prefix,
            plant.Now,
            attribute => template.PositionOf(attribute) is var position and >= 0 ? content.Attributes[position] : null
        );
        return begun.TryGet(out var draft, out var error) ? (rule.Pattern, draft) : error;
    }
}
