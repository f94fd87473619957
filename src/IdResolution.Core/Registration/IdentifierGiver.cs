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
    /// <param name="text">The identifier.</param>
    /// <param name="known">The catalog with the homed prefixes.</param>
    /// <param name="isNew">False for one that stood before, which may hold what new ones may not.</param>
    internal static Result<Identifier> Parse(string text, NodeCatalog known, bool isNew = true)
    {
        if (!Identifier.Parse(text).TryGet(out var identifier, out var error))
        {
            return error;
        }
        var refusal = IdentifierErrors.Unregistrable(identifier, known);
        return (refusal ?? (isNew ? IdentifierErrors.NotAsPrinted(identifier) : null)) is { } why ? why : identifier;
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
    internal async ValueTask<Result<GivenIdentifier>> GiveAsync(
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
        var (rule, prefix, draft) = begun;
        if (!skipTaken && await FindLostAsync(request, prefix, known, cancellationToken) is { } own)
        {
            return new GivenIdentifier(own, IsLost: true);
        }
        for (var tries = 0; tries < MaxTakenNumbers; tries++)
        {
            var number = draft.HasSequence
                ? await sequences.NextAsync(draft.Scope, draft.Day, rule.Pattern.MaxSequence, cancellationToken)
                : 0;
            if (
                !draft.Complete(number).TryGet(out var text, out error)
                || !Parse(text, known).TryGet(out var identifier, out error)
            )
            {
                return error;
            }
            if (rule.Skips(draft, text))
            {
                continue;
            }
            if (!skipTaken || (await store.FindAsync(identifier.Key, cancellationToken)).Record is null)
            {
                return new GivenIdentifier(identifier, draft.HasSequence ? draft.Scope : null, number);
            }
            if (!draft.HasSequence)
            {
                return RegistrationErrors.Taken(text);
            }
        }
        return RegistrationErrors.NumbersTaken(MaxTakenNumbers);
    }

    /// <summary>Takes the number of an identifier back that nothing was registered under.</summary>
    internal void TakeBack(GivenIdentifier given)
    {
        if (given.Scope is { } scope)
        {
            sequences.TakeBack(scope, given.Number);
        }
    }

    /// <summary>The prefix of the identifiers that a template's coding rule gives.</summary>
    internal static Result<string> PrefixOf(RecordContent content, NodeCatalog known) =>
        RuleOf(content, known).TryGet(out var rule, out var error) ? rule.Prefix : error;

    /// <summary>The identifier on the item's label, if a restore kept it and it can still be registered here.</summary>
    private async ValueTask<Identifier?> FindLostAsync(
        RegistrationRequest request,
        string prefix,
        NodeCatalog known,
        CancellationToken cancellationToken
    )
    {
        if (request is not { Source: { } source, SourceKey: { } key, Template: { } template })
        {
            return null;
        }
        var folded = (known.FindSource(source, prefix) ?? Source.New(source, prefix)).Fold(key);
        var text = await lost.FindAsync(source, key, folded, template, cancellationToken);
        return text is not null && Parse(text, known, isNew: false).TryGet(out var own, out _) && !own.IsPrefixRecord
            ? own
            : null;
    }

    /// <summary>Makes all of the identifier except the number and the check character.</summary>
    private Result<(CompiledRule Rule, string Prefix, IdentifierDraft Draft)> Begin(
        RecordContent content,
        NodeCatalog known
    )
    {
        if (!RuleOf(content, known).TryGet(out var rule, out var error))
        {
            return error;
        }
        var begun = rule.Rule.Pattern.Begin(
            rule.Prefix,
            plant.Now,
            attribute =>
                content.Template!.PositionOf(attribute) is var position and >= 0 ? content.Attributes[position] : null
        );
        return begun.TryGet(out var draft, out error) ? (rule.Rule, rule.Prefix, draft) : error;
    }

    private static Result<(CompiledRule Rule, string Prefix)> RuleOf(RecordContent content, NodeCatalog known)
    {
        if (content.Template is not { CodingRule: { } code } || !known.Rules.TryGetValue(code, out var rule))
        {
            return RegistrationErrors.NoIdentifier();
        }
        var prefix = rule.Rule.Prefix ?? (known.Prefixes.Count > 0 ? known.Prefixes[0].Text : null);
        return prefix is null ? IdentifierErrors.NoPrefix("identifier") : (rule, prefix);
    }
}
