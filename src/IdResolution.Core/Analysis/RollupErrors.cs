using IdResolution.Core.Errors;

namespace IdResolution.Core.Analysis;

/// <summary>The refusals of roll-ups.</summary>
internal static class RollupErrors
{
    /// <summary>A part of a trace has no figure.</summary>
    public static Error NotWhole() =>
        Error.Of(
            ErrorCode.TooLarge,
            "The trace has more items than the budget, or takes longer than a minute, and a figure over a part of it "
                + "would be wrong. Give a greater budget, at most 100000.",
            "追溯结果超出 budget 或用时超过一分钟，仅就其一部分计算会得出错误的结果。请增大 budget，最大为 100000。",
            "budget"
        );

    /// <summary>The figure is beyond what can be reckoned with.</summary>
    public static Error TooGreat(string field) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The values of {field} are too great to be added up.",
            $"{field} 的取值过大，无法汇总。",
            field
        );
}
