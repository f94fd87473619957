using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;

namespace IdResolution.Core.Registration;

/// <summary>
/// Registers items: checks, gives identifiers, and leaves to the store's transaction what only it can decide.
/// Thread-safe.
/// </summary>
public sealed class Registrar(
    IRecordStore store,
    CatalogHolder catalog,
    SequenceBlocks sequences,
    NodeSecrets secrets,
    PlantClock plant,
    NodeTelemetry? telemetry = null
)
{
    /// <summary>The most items in one batch.</summary>
    public const int MaxBatch = 2_000;

    private const int MaxKeyLength = 255;
    private const int MaxSourceLength = 64;

    // Numbers tried one after the other where others registered identifiers by hand into a rule's sequence.
    private const int MaxTakenNumbers = 100_000;

    private readonly RegistrationMetrics _metrics = new(telemetry ?? NodeTelemetry.None);

    /// <summary>Registers one item. The same item again is answered with the record as it is now.</summary>
    public async Task<Result<Registered>> RegisterAsync(
        RegistrationRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = await RegisterAsync([request], caller, cancellationToken);
        return results[0];
    }

    /// <summary>
    /// Registers many items, each with its own result, in the order given; bad ones do not stop the others.
    /// </summary>
    public async Task<Result<Registered>[]> RegisterAsync(
        IReadOnlyList<RegistrationRequest> requests,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = new Result<Registered>[requests.Count];
        if (!caller.Is(Role.Registrar))
        {
            Array.Fill(results, AccessPolicy.Refusal(caller, Role.Registrar));
            _metrics.Count(results);
            return results;
        }
        var writes = new List<RecordWrite>(requests.Count);
        var positions = new List<int>(requests.Count);
        for (var i = 0; i < requests.Count; i++)
        {
            var prepared = await PrepareAsync(requests[i], caller, cancellationToken);
            if (prepared.TryGet(out var write, out var error))
            {
                writes.Add(write);
                positions.Add(i);
            }
            else
            {
                results[i] = await ReplayAsync(requests[i], error, cancellationToken);
            }
        }
        while (writes.Count > 0)
        {
            var outcomes = await store.WriteAsync(writes, cancellationToken);
            var again = new List<RecordWrite>();
            var againPositions = new List<int>();
            for (var i = 0; i < outcomes.Count; i++)
            {
                var position = positions[i];
                try
                {
                    if (outcomes[i].Outcome != WriteOutcome.IdentifierTaken || !writes[i].Generated)
                    {
                        results[position] = await ResultOfAsync(requests[position], outcomes[i], cancellationToken);
                        continue;
                    }
                    var next = await PrepareAsync(requests[position], caller, cancellationToken, skipTaken: true);
                    if (next.TryGet(out var write, out var error))
                    {
                        again.Add(write);
                        againPositions.Add(position);
                    }
                    else
                    {
                        results[position] = await ReplayAsync(requests[position], error, cancellationToken);
                    }
                }
                catch (StoreException e)
                {
                    // Others of the batch are on disk by now: theirs is an answer of their own.
                    results[position] = e.Error;
                }
            }
            (writes, positions) = (again, againPositions);
        }
        _metrics.Count(results);
        return results;
    }

    /// <summary>
    /// The same for items as a front end decoded them: what it could not decode has its error in its place.
    /// </summary>
    public async Task<Result<Registered>[]> RegisterAsync(
        IReadOnlyList<Result<RegistrationRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var requests = new List<RegistrationRequest>(decoded.Count);
        foreach (var item in decoded)
        {
            if (item.IsOk)
            {
                requests.Add(item.Value);
            }
        }
        var registered = await RegisterAsync(requests, caller, cancellationToken);
        var results = new Result<Registered>[decoded.Count];
        var next = 0;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = decoded[i].IsOk ? registered[next++] : decoded[i].Error!;
        }
        return results;
    }

    private async ValueTask<Result<RecordWrite>> PrepareAsync(
        RegistrationRequest request,
        Caller caller,
        CancellationToken cancellationToken,
        bool skipTaken = false
    )
    {
        var known = catalog.Current;
        List<Error>? errors = null;
        CheckBusinessKey(request, ref errors);
        Identifier? identifier = null;
        if (
            request.Identifier is not null
            && !Parse(request.Identifier, known).TryGet(out identifier, out var identifierError)
        )
        {
            (errors ??= []).Add(identifierError);
        }
        var found = FindTemplate(request, known);
        if (!found.IsOk)
        {
            (errors ??= []).Add(found.Error);
            return Error.Combine(errors);
        }
        var template = found.Value;
        var content = RecordContent.Check(template, request.Attributes, request.Values);
        if (!content.IsOk)
        {
            (errors ??= []).AddRange(content.Error.Details.Count > 0 ? content.Error.Details : [content.Error]);
        }
        if (errors is not null)
        {
            return Error.Combine(errors);
        }
        if (request.Values.Count > 0 && AccessPolicy.Granting(caller, request.Values, []) is { } granting)
        {
            return granting;
        }
        StoredRecord? tombstone = null;
        if (request.Reinstate)
        {
            tombstone = await FindTombstoneAsync(request, identifier, cancellationToken);
            if (
                tombstone is not null
                && Identifier.TryParse(RecordState.IdentifierOf(tombstone), out var kept)
                && (identifier is null || identifier.Equals(kept))
            )
            {
                // The record that comes back keeps its identifier in the spelling of its first registration; no number
                // is used up.
                identifier = kept;
            }
        }
        if (identifier is null)
        {
            var given = await GiveIdentifierAsync(template, content.Value, known, skipTaken, cancellationToken);
            if (!given.TryGet(out identifier, out var error))
            {
                return error;
            }
        }
        // A tombstone's identifier, too, which the caller need not have named.
        if (!known.IsHomed(identifier))
        {
            return Refusals.NotResponsible(identifier.Prefix, "identifier");
        }
        if (AccessPolicy.RoleToWrite(identifier) is var needed && !caller.Is(needed))
        {
            return AccessPolicy.Refusal(caller, needed);
        }
        var (source, sourceKey) = (request.Source, request.SourceKey);
        if (tombstone is not null && sourceKey is null)
        {
            // A record keeps its business key for ever, also where the call that brings it back does not name it.
            var kept = RecordReader.Read(tombstone, known, Projection.Admin);
            (source, sourceKey) = (kept.Source, kept.SourceKey);
        }
        var digest = content.Value.Digest(secrets, request.Identifier is null ? null : identifier.Key);
        var state = content.Value.Seal(secrets).ToState(identifier.Text, RecordStatus.Active, source, sourceKey);
        return ToWrite(request, identifier, content.Value, digest, state, caller);
    }

    private async ValueTask<StoredRecord?> FindTombstoneAsync(
        RegistrationRequest request,
        Identifier? identifier,
        CancellationToken cancellationToken
    )
    {
        var found =
            request is { Source: not null, SourceKey: not null }
                ? await store.FindByBusinessKeyAsync(request.Source, request.SourceKey, cancellationToken)
            : identifier is null ? null
            : (await store.FindAsync(identifier.Key, cancellationToken)).Record;
        return found is { Status: RecordStatus.Revoked } ? found : null;
    }

    private RecordWrite ToWrite(
        RegistrationRequest request,
        Identifier identifier,
        RecordContent content,
        byte[] digest,
        byte[] state,
        Caller caller
    ) =>
        new()
        {
            Operation = LogOperation.Create,
            Key = identifier.Key,
            Generated = request.Identifier is null,
            Reinstate = request.Reinstate,
            Template = content.Template?.Code,
            Source = request.Source,
            SourceKey = request.SourceKey,
            Digest = digest,
            State = state,
            Commitments = Commitments.Of(state),
            Search = content.SearchEntries(),
            Unique = content.UniqueEntries(),
            Actor = caller.Actor,
            Time = Micros.Now(plant.Time),
        };

    private static Result<Template?> FindTemplate(RegistrationRequest request, NodeCatalog known)
    {
        if (request.Template is null)
        {
            return request.Values.Count > 0
                ? (Template?)null
                : Error.Of(
                    ErrorCode.InvalidValue,
                    "A template is needed, or raw values.",
                    "需要模板，或至少一个原始值。",
                    "template"
                );
        }
        if (known.FindPublished(request.Template) is { } template)
        {
            return template;
        }
        return known.FindLatest(request.Template) is null
            ? Error.Of(
                ErrorCode.InvalidValue,
                $"There is no template {request.Template}.",
                $"没有模板 {request.Template}。",
                "template"
            )
            : Error.Of(
                ErrorCode.NotPublished,
                $"Template {request.Template} has no published version.",
                $"模板 {request.Template} 没有已发布的版本。",
                "template"
            );
    }

    private static Result<Identifier> Parse(string text, NodeCatalog known)
    {
        var parsed = Identifier.Parse(text);
        return parsed.IsOk && Refusals.Unregistrable(parsed.Value, known) is { } refusal ? refusal : parsed;
    }

    private static void CheckBusinessKey(RegistrationRequest request, ref List<Error>? errors)
    {
        if (request.Source is null && request.SourceKey is not null)
        {
            (errors ??= []).Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    "source is needed with sourceKey.",
                    "给出 sourceKey 时须同时给出 source。",
                    "source"
                )
            );
        }
        CheckKeyText(request.Source, "source", MaxSourceLength, ref errors);
        CheckKeyText(request.SourceKey, "sourceKey", MaxKeyLength, ref errors);
    }

    private static void CheckKeyText(string? text, string field, int maximum, ref List<Error>? errors)
    {
        if (text is null)
        {
            return;
        }
        var bad = text.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(text) > maximum;
        foreach (var rune in text.EnumerateRunes())
        {
            bad |= System.Text.Rune.IsControl(rune) || rune == System.Text.Rune.ReplacementChar;
        }
        if (bad)
        {
            (errors ??= []).Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"{field} must be 1 to {maximum} bytes of text without control characters.",
                    $"{field} 应为 1 至 {maximum} 字节的文本，不含控制字符。",
                    field
                )
            );
        }
    }

    private async ValueTask<Result<Identifier>> GiveIdentifierAsync(
        Template? template,
        RecordContent content,
        NodeCatalog known,
        bool skipTaken,
        CancellationToken cancellationToken
    )
    {
        if (template?.CodingRule is not { } code || !known.Rules.TryGetValue(code, out var rule))
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
        if (!begun.TryGet(out var draft, out var error))
        {
            return error;
        }
        for (var tries = 0; tries < MaxTakenNumbers; tries++)
        {
            var number = draft.HasSequence
                ? await sequences.NextAsync(draft.Scope, rule.Pattern.MaxSequence, cancellationToken)
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
                return Error.Of(
                    ErrorCode.AlreadyExists,
                    $"The coding rule gives {text}, which is registered already.",
                    $"编码规则生成的 {text} 已被注册。",
                    "identifier"
                ) with
                {
                    Holder = text,
                };
            }
        }
        return Error.Of(
            ErrorCode.SequenceExhausted,
            $"The next {MaxTakenNumbers} numbers of the coding rule are taken.",
            $"编码规则接下来的 {MaxTakenNumbers} 个流水号均已被占用。",
            "identifier"
        );
    }

    private async ValueTask<Result<Registered>> ResultOfAsync(
        RegistrationRequest request,
        RecordWriteResult result,
        CancellationToken cancellationToken
    )
    {
        switch (result.Outcome)
        {
            case WriteOutcome.Same when !catalog.Current.IsHomed(result.Record!.Key):
                return Refusals.NotResponsible(
                    Identifier.Parse(RecordState.IdentifierOf(result.Record)).Value.Prefix,
                    "identifier"
                );
            case WriteOutcome.Created or WriteOutcome.Reinstated or WriteOutcome.Same:
                return new Registered(result.Outcome, result.Record!);
            case WriteOutcome.Revoked:
                return Refusals.Revoked(RecordState.IdentifierOf(result.Record!));
            case WriteOutcome.Failed:
                return result.Error!;
            case WriteOutcome.NotUnique:
                return RegistrationErrors.NotUnique(result);
            default:
                return await ReplayAsync(request, RegistrationErrors.Conflict(request, result), cancellationToken);
        }
    }

    /// <summary>
    /// A registration accepted before must be recognised whatever happened since: its template may have a new version
    /// with other rules, be withdrawn, or its sequence be used up. So before a refusal the content is read by the rules
    /// it was accepted under.
    /// </summary>
    private async ValueTask<Result<Registered>> ReplayAsync(
        RegistrationRequest request,
        Error refusal,
        CancellationToken cancellationToken
    )
    {
        Identifier? identifier = null;
        if (request.Identifier is not null && !Identifier.TryParse(request.Identifier, out identifier))
        {
            return refusal;
        }
        StoredRecord? existing = null;
        if (request is { Source: not null, SourceKey: not null })
        {
            existing = await store.FindByBusinessKeyAsync(request.Source, request.SourceKey, cancellationToken);
        }
        else if (identifier is not null)
        {
            existing = (await store.FindAsync(identifier.Key, cancellationToken)).Record;
        }
        if (
            existing is null
            || !catalog.Current.IsHomed(existing.Key)
            || (request.Reinstate && existing.Status == RecordStatus.Revoked)
        )
        {
            return refusal;
        }
        if (RecordReader.IsTemplateUnknown(existing, catalog.Current))
        {
            await catalog.ReloadAsync(existing.Sequence, cancellationToken);
        }
        var template = RecordReader.TemplateOf(existing, catalog.Current);
        if (template?.Code != request.Template)
        {
            return refusal;
        }
        var content = RecordContent.Check(template, request.Attributes, request.Values, checkRequired: false);
        if (!content.IsOk || !content.Value.Digest(secrets, identifier?.Key).AsSpan().SequenceEqual(existing.Digest))
        {
            return refusal;
        }
        return existing.Status == RecordStatus.Revoked
            ? Refusals.Revoked(RecordState.IdentifierOf(existing))
            : new Registered(WriteOutcome.Same, existing);
    }
}
