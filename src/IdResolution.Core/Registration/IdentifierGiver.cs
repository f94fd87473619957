using IdResolution.Core.Catalog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>Makes identifiers by the coding rules of templates. Thread-safe.</summary>
internal sealed class IdentifierGiver(IRecordStore store, SequenceBlocks sequences, PlantClock plant)
{
    // How many taken numbers are skipped. Identifiers registered by hand may use a rule's numbers.
    private const int MaxTakenNumbers = 100_000;

    /// <summary>Parses an identifier from a caller and refuses it if nothing can be registered under it.</summary>
    public static Result<Identifier> Parse(string text, NodeCatalog known)
    {
        var parsed = Identifier.Parse(text);
        return parsed.IsOk && Refusals.Unregistrable(parsed.Value, known) is { } refusal ? refusal : parsed;
    }

    /// <summary>Makes the next identifier by the coding rule of the content's template.</summary>
    /// <param name="content">The content with the attributes for the rule.</param>
    /// <param name="known">The catalog with the rule.</param>
    /// <param name="skipTaken">True to skip identifiers that are registered already.</param>
    /// <param name="cancellationToken">Ends the wait for numbers.</param>
    public async ValueTask<Result<Identifier>> GiveAsync(
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
        var (pattern, draft) = begun;
        for (var tries = 0; tries < MaxTakenNumbers; tries++)
        {
            var number = draft.HasSequence
                ? await sequences.NextAsync(draft.Scope, pattern.MaxSequence, cancellationToken)
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
                return Taken(text);
            }
        }
        return Error.Of(
            ErrorCode.SequenceExhausted,
            $"The next {MaxTakenNumbers} numbers of the coding rule are taken.",
            $"编码规则接下来的 {MaxTakenNumbers} 个流水号均已被占用。",
            "identifier"
        );
    }

    /// <summary>Makes all of the identifier except the number and the check character.</summary>
    private Result<(CodingPattern Pattern, IdentifierDraft Draft)> Begin(RecordContent content, NodeCatalog known)
    {
        if (content.Template is not { CodingRule: { } code } template || !known.Rules.TryGetValue(code, out var rule))
        {
            return Error.Of(
                ErrorCode.InvalidIdentifier,
                "An identifier is needed: the template has no coding rule that could give one.",
                "需要标识：该模板没有可生成标识的编码规则。",
                "identifier"
            );
        }
        if ((rule.Rule.Prefix ?? (known.Prefixes.Count > 0 ? known.Prefixes[0].Text : null)) is not { } prefix)
        {
            return Error.Of(
                ErrorCode.NotResponsible,
                "No prefix is homed on this node.",
                "本节点没有托管的前缀。",
                "identifier"
            );
        }
        var begun = rule.Pattern.Begin(
            prefix,
            plant.Now,
            attribute => template.PositionOf(attribute) is var position and >= 0 ? content.Attributes[position] : null
        );
        return begun.TryGet(out var draft, out var error) ? (rule.Pattern, draft) : error;
    }

    private static Error Taken(string text) =>
        Error.Of(
            ErrorCode.AlreadyExists,
            $"The coding rule gives {text}, which is registered already.",
            $"编码规则生成的 {text} 已被注册。",
            "identifier"
        ) with
        {
            Holder = text,
        };
}
