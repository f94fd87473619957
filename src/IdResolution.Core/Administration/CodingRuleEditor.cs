using IdResolution.Core.Access;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>Saves coding rules. Editing needs role admin. Thread-safe.</summary>
public sealed class CodingRuleEditor(DocumentEditor documents)
{
    /// <summary>Saves a coding rule. It must fit the templates that use it. The answer says if it is new.</summary>
    public Task<Result<(CodingRule Rule, bool IsNew)>> SaveAsync(
        CodingRule rule,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    ) =>
        documents.EditAsync(
            caller,
            "coding-rule.save",
            rule.Code ?? "",
            current =>
            {
                var checkedRule = CodingRuleChecks.Check(rule, current);
                if (!checkedRule.IsOk)
                {
                    return checkedRule.Error;
                }
                var saved = checkedRule.Value.Rule;
                if (
                    CodingRuleChecks
                        .UsersOf(rule.Code!, current)
                        .Select(t => CodingRuleChecks.CheckFit(checkedRule.Value, t))
                        .FirstOrDefault(e => e is not null) is
                    { } misfit
                )
                {
                    return misfit;
                }
                return CatalogWrites.Of(
                    current.Rules.TryGetValue(rule.Code!, out var old) && old.Rule == saved
                        ? []
                        : [documents.Write(current, saved, caller)],
                    (saved, old is null)
                );
            },
            cancellationToken,
            misread
        );
}
