using IdResolution.Core.Errors;

namespace IdResolution.Server.Rest;

/// <summary>Holds the query of a routed request to the parameters that its call was declared with.</summary>
internal static class QueryCheck
{
    /// <summary>
    /// All faults of the query: names that the call does not know, values given twice, and values that are not taken;
    /// or null. An empty value counts as absent, unless the call <see cref="ValuesNeeded"/>.
    /// </summary>
    public static Error? Refusal(HttpContext context)
    {
        if (!context.Request.QueryString.HasValue || context.GetEndpoint()?.Metadata.GetMetadata<RestCall>() is null)
        {
            return null;
        }
        var known = QueryParameter.AllOf(context);
        var faults = new Faults();
        var isReadable = true;
        var needsValues = context.GetEndpoint()?.Metadata.GetMetadata<ValuesNeeded>() is not null;
        foreach (var (name, values) in context.Request.Query)
        {
            var parameter = known.FirstOrDefault(parameter => parameter.IsNamed(name));
            if (Misuse(name, values.Count, parameter, known) is { } misuse)
            {
                isReadable = false;
                faults.Add(misuse);
            }
            else
            {
                AddFaults(faults, parameter!, name, values, needsValues && ValuesNeeded.Concerns(parameter!));
            }
        }
        foreach (var missing in known.Where(parameter => parameter.IsRequired && !IsGiven(context, parameter)))
        {
            isReadable = false;
            faults.Add(Malformed(missing.Name, $"{missing.Name} is needed.", $"{missing.Name} 为必填项。"));
        }
        return faults.TryCombine(out var error) && !isReadable ? error with { Code = ErrorCode.Malformed } : error;
    }

    private static bool IsGiven(HttpContext context, QueryParameter parameter) =>
        context.Request.Query.ContainsKey(parameter.Name);

    /// <summary>An error for a name that is not known, or is given more often than it may be; else null.</summary>
    private static Error? Misuse(string name, int count, QueryParameter? parameter, IReadOnlyList<QueryParameter> known)
    {
        if (parameter is null)
        {
            return Unknown(name, known);
        }
        return count > 1 && !parameter.IsRepeated
            ? Malformed(name, $"{name} is given twice.", $"{name} 重复出现。")
            : null;
    }

    private static void AddFaults(
        Faults faults,
        QueryParameter parameter,
        string name,
        IEnumerable<string?> values,
        bool needsValues
    )
    {
        foreach (var value in values)
        {
            if (string.IsNullOrEmpty(value) && needsValues)
            {
                faults.Add(name, "must not be empty", "不能为空");
            }
            else if (!string.IsNullOrEmpty(value) && parameter.Fault(value) is { } fault)
            {
                faults.Add(name, fault.En, fault.Zh);
            }
        }
    }

    private static Error Unknown(string name, IReadOnlyList<QueryParameter> known)
    {
        var names = known.Select(parameter => parameter is PatternParameter ? parameter.Name + "CODE" : parameter.Name);
        return known.Count == 0
            ? Malformed(
                name,
                $"{name} is not known here; this call takes no parameters.",
                $"{name} 无效；本接口不接受参数。"
            )
            : Malformed(
                name,
                $"{name} is not known here; known are {string.Join(", ", names)}.",
                $"{name} 无效；可用参数为 {string.Join("、", names)}。"
            );
    }

    private static Error Malformed(string name, string en, string zh) => Error.Of(ErrorCode.Malformed, en, zh, name);
}
