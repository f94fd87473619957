using IdResolution.Core.Errors;

namespace IdResolution.Core.Analysis;

/// <summary>The refusals of comparisons.</summary>
internal static class CommonErrors
{
    /// <summary>More items are asked for than are compared at once.</summary>
    public static Error TooManyItems(string field) =>
        Error.Of(
            ErrorCode.TooLarge,
            $"bad and good together have more than {CommonQuery.MaxItems} items. Narrow them by from and to.",
            $"bad 与 good 合计超过 {CommonQuery.MaxItems} 个标识。请用 from 和 to 缩小范围。",
            field
        );

    /// <summary>Not even the first generation could be read.</summary>
    public static Error NoGeneration() =>
        Error.Of(
            ErrorCode.TooLarge,
            "The events and parts of the items alone are more than the budget or a minute allows. Give a greater "
                + "budget, or fewer items.",
            "仅这些标识自身的事件与组成已超出 budget 或一分钟的限制。请增大 budget，或减少标识。",
            "budget"
        );

    /// <summary>What the items have is more than is kept at once.</summary>
    public static Error TooMany() =>
        Error.Of(
            ErrorCode.TooLarge,
            "The items have too much that could be a cause to compare it at once. Give fewer items, or kinds.",
            "这些标识可能的共同因素过多，无法一次比较。请减少标识，或用 kinds 限定类别。",
            "kinds"
        );
}
