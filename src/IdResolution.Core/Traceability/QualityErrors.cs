using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>The refusals of the quality archive.</summary>
internal static class QualityErrors
{
    /// <summary>There are more groups than are read at once.</summary>
    public static Error TooManyGroups() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"There are more than {QualityReader.MaxGroups} groups. Ask for a shorter time, or by fewer dimensions.",
            $"分组超过 {QualityReader.MaxGroups} 个。请缩短时间范围，或减少统计维度。",
            "by"
        );

    /// <summary>There are more steps than are shown at once.</summary>
    public static Error TooManySteps() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"The items passed more than {CompletenessReader.MaxSteps} steps. Ask for a shorter time.",
            $"这些物品经过的工序超过 {CompletenessReader.MaxSteps} 个。请缩短时间范围。",
            "from"
        );

    /// <summary>There are more records to look at than are read at once.</summary>
    public static Error TooManyRecords() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"Lines and suppliers stand in the records of machines and items, and there are more than "
                + $"{QualityReader.MaxRecords} of them. Ask for a shorter time, or for one template.",
            $"产线和供应商取自设备和物品的记录，而相关记录超过 {QualityReader.MaxRecords} 条。请缩短时间范围，或指定一个模板。",
            "by"
        );
}
