using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The rules for the business keys of a registration.</summary>
internal static class BusinessKeyRules
{
    public static void Check(RegistrationRequest request, Faults faults)
    {
        if (request.Source is not null || request.SourceKey is not null)
        {
            SourceRules.CheckNeeded(request.Source, request.SourceKey, "", faults);
        }
        var further = request.FurtherKeys;
        if (further.Count > 0 && request.SourceKey is null)
        {
            faults.Add(
                "furtherKeys",
                "needs a first key: source and sourceKey",
                "须同时给出第一个业务主键：source 和 sourceKey"
            );
        }
        if (further.Count >= BusinessKeys.MostAnItem)
        {
            faults.Add(RegistrationErrors.TooManyKeys("furtherKeys"));
        }
        for (var i = 0; i < further.Count; i++)
        {
            SourceRules.CheckNeeded(further[i].Source, further[i].SourceKey, $"furtherKeys[{i}].", faults);
        }
    }
}
