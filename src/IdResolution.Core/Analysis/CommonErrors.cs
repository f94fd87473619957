using IdResolution.Core.Errors;

namespace IdResolution.Core.Analysis;

/// <summary>The refusals of comparisons.</summary>
internal static class CommonErrors
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    /// <summary>More items are asked for than are compared at once.</summary>
    public static Error TooManyItems(string field) =>
        Error.Of(
            ErrorCode.TooLarge,
            $"bad and good together have more than {CommonQuery.MaxItems} items. Narrow them by from and to.",
            $"bad 与 good 合计超过 {CommonQuery.MaxItems} 个标识。请用 from 和 to 缩小范围。",
            field
        );

    /// <summary>A key, or all of them, have as many comparisons under way and waiting as they may.</summary>
    public static Error TooManyAtOnce() =>
        Error.Of(
            ErrorCode.TooMany,
            $"Your key has {CausePlaces.MostOfKey} comparisons under way or waiting, or all keys have "
                + $"{CausePlaces.Most}. Wait for their ends.",
            $"您的密钥已有 {CausePlaces.MostOfKey} 项比较正在进行或等待，或所有密钥合计已有 {CausePlaces.Most} 项。"
                + "请等待其完成。"
        ) with
        {
            RetryAfter = s_soon,
        };

    /// <summary>Others kept all places for as long as is waited.</summary>
    public static Error Busy(TimeSpan waited) =>
        Error.Of(
            ErrorCode.Unavailable,
            $"{CausePlaces.MostRuns} comparisons are under way, and neither came to its end in "
                + $"{waited.TotalSeconds} s.",
            $"已有 {CausePlaces.MostRuns} 项比较正在进行，{waited.TotalSeconds} 秒内均未完成。"
        ) with
        {
            RetryAfter = s_soon,
        };

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
