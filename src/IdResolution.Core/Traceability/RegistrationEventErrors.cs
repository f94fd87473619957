using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>The refusals of links and events that are given with registrations.</summary>
public static class RegistrationEventErrors
{
    /// <summary>The error for too many links and events.</summary>
    /// <param name="most">The most that an item, or a call, may have.</param>
    public static Error TooMany(int most) =>
        Error.Of(
            ErrorCode.TooLarge,
            $"With registrations come at most {most:N0} links and events; send the others by events:batch.",
            $"随注册提交的关联和事件最多 {most} 个，其余请用 events:batch 提交。",
            "events"
        );

    /// <summary>The error for a key that two events of a registration have, with other contents.</summary>
    internal static Error KeyTwice(string field) =>
        Error.Of(
            ErrorCode.KeyConflict,
            $"{field}: two events of this registration have the same key, with other contents.",
            $"{field}：本次注册的两个事件使用同一业务主键，但内容不同。",
            field
        );

    /// <summary>The error for a link with a registration that says where it begins.</summary>
    internal static Error FromGiven() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "from is not given with a registration: the link begins at the item that is registered.",
            "from 不能随注册给出：关联始于所注册的标识。",
            "from"
        );
}
