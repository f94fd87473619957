using System.Text.Json;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls that list, save and try coding rules. A trial does not use up a number.</summary>
internal sealed class CodingRuleEndpoints(
    CatalogHolder catalog,
    CatalogReader shown,
    CodingRuleEditor editor,
    PlantClock plant
)
{
    public Task ListAsync(HttpContext context) =>
        HttpResults.JsonAsync(
            context,
            shown.Rules(context.Caller()),
            rules => new Listing<CodingRule>(rules),
            RestJson.Default.ListingCodingRule
        );

    public async Task SaveAsync(HttpContext context)
    {
        await HttpResults.WithBodyAsync(
            context,
            CatalogJson.Default.CodingRule,
            async (rule, misread) =>
                await HttpResults.SavedAsync(
                    context,
                    await editor.SaveAsync(rule, context.Caller(), context.RequestAborted, misread),
                    CatalogJson.Default.CodingRule
                )
        );
    }

    public async Task TrySavedAsync(HttpContext context, string code)
    {
        await HttpResults.WithBodyAsync(
            context,
            RestJson.Default.TryRuleBody,
            (body, misread) =>
                shown.Rule(code, context.Caller()).TryGet(out var rule, out var error)
                    ? AnswerAsync(context, Try(rule, body), misread)
                    : Problem.WriteAsync(context, error)
        );
    }

    /// <summary>Tries a pattern that is not saved yet.</summary>
    public async Task TryAsync(HttpContext context)
    {
        await HttpResults.WithBodyAsync(
            context,
            RestJson.Default.TryRuleBody,
            (body, misread) =>
            {
                var rule = CodingRuleChecks.Check(
                    new CodingRule
                    {
                        Code = "try",
                        Prefix = body.Prefix,
                        Pattern = body.Pattern ?? "",
                    },
                    context.Caller(),
                    catalog.Current
                );
                return AnswerAsync(context, rule.IsOk ? Try(rule.Value, body) : rule.Error, misread);
            }
        );
    }

    private Result<TryRuleAnswer> Try(CompiledRule rule, TryRuleBody body)
    {
        if (body.Number is < 0)
        {
            return Error.Of(ErrorCode.InvalidValue, "number must be 0 or more.", "number 应不小于 0。", "number");
        }
        var begun = rule.Pattern.Begin(
            rule.Rule.Prefix ?? catalog.Current.Prefixes[0].Text,
            plant.Now,
            code => body.Attributes?.TryGetValue(code, out var value) == true ? TextOf(value) : null
        );
        if (!begun.TryGet(out var draft, out var error))
        {
            return error;
        }
        var number = body.Number ?? 1;
        var identifier = draft.Complete(number);
        while (identifier.IsOk && rule.Skips(draft, identifier.Value))
        {
            identifier = draft.Complete(++number);
        }
        return identifier.IsOk ? new TryRuleAnswer(identifier.Value) : identifier.Error;
    }

    private static string? TextOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => null,
            _ => value.GetRawText(),
        };

    private static Task AnswerAsync(HttpContext context, Result<TryRuleAnswer> answer, Error? misread) =>
        misread is null
            ? HttpResults.JsonAsync(context, StatusCodes.Status200OK, answer, RestJson.Default.TryRuleAnswer)
            : Problem.WriteAsync(context, Faults.Join(misread, answer.Error)!);
}
