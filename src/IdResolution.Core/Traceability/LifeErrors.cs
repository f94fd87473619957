using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>The refusals of questions about equipment and tools over their life.</summary>
internal static class LifeErrors
{
    /// <summary>An answer would name more machines than are looked at.</summary>
    public static Error TooManyThings() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"The events name more than {CalibrationReader.MaxThings:N0} machines, tools and instruments. Ask for "
                + "fewer events.",
            $"这些事件提及的设备、工装和仪器超过 {CalibrationReader.MaxThings} 个。请减少查询的事件数。",
            "limit"
        );

    /// <summary>Something has more parts than an answer names.</summary>
    public static Error TooManyParts() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"It had more than {LifeReader.MaxParts:N0} parts. Ask for its trace at that time.",
            $"其部件超过 {LifeReader.MaxParts} 个。请改用该时间的追溯查询。",
            "identifier"
        );
}
