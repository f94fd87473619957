using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>The refusals of traces.</summary>
internal static class TraceErrors
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);

    /// <summary>An item that is neither registered nor named by an event: perhaps mistyped.</summary>
    public static async ValueTask<Error> NoItemAsync(
        ItemName name,
        NodeCatalog catalog,
        IRecordStore records,
        CancellationToken cancellationToken,
        Caller? caller = null
    ) =>
        name.Identifier is { } identifier
            ? await AbsentIdentifier.ErrorAsync(
                identifier,
                catalog,
                records,
                record =>
                    caller is null || catalog.SightOf(caller) is not { } sight || sight.Of(record.State) is not null,
                cancellationToken
            )
            : NoItem(name);

    /// <summary>The same without a look at what may be meant.</summary>
    public static Error NoItem(ItemName name) => Unknown(name.Text, "identifier");

    /// <summary>Something that a parameter names, and nobody knows.</summary>
    public static Error Unknown(string name, string field) =>
        Error.Of(
            ErrorCode.NotFound,
            $"{name} is not registered, and no event names it.",
            $"{name} 未注册，也没有事件提及。",
            field
        );

    /// <summary>A step, a characteristic or a defect that stands in no event.</summary>
    public static Error NoEventNames(string name, string field) =>
        Error.Of(
            ErrorCode.NotFound,
            $"No event of this node names {name} as {field}.",
            $"本节点没有事件以 {name} 作为 {field}。",
            field
        );

    /// <summary>More was found than can be looked at as a whole.</summary>
    public static Error TooLarge() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"The trace finds more than {TraceGraph.MaxNodes} items or {TraceGraph.MaxLinks} links, and quantities and "
                + "paths need them all at once. Ask for format=ndjson, or with a smaller budget.",
            $"追溯结果超过 {TraceGraph.MaxNodes} 个标识或 {TraceGraph.MaxLinks} 条关联，无法一次性计算数量与路径。"
                + "请使用 format=ndjson，或减小 budget。",
            "budget"
        );

    /// <summary>What traces found, and still hold, is as much as may be held.</summary>
    public static Error NoMemory() =>
        Error.Of(
            ErrorCode.TooMany,
            "The traces of your key, or of all, hold as much as they may. Take their answers first, or ask for less: a "
                + "smaller budget, or format=ndjson.",
            "您的密钥或所有密钥的追溯已占满可用内存。请先接收其结果，或缩小范围：减小 budget，或使用 format=ndjson。"
        ) with
        {
            RetryAfter = s_soon,
        };

    /// <summary>Others kept all places for as long as is waited.</summary>
    public static Error NoPlace() =>
        Error.Of(
            ErrorCode.Unavailable,
            "As many traces as may be are under way, of your key or of all. Take their answers first, or try again.",
            "您的密钥或所有密钥正在进行的追溯已达上限。请先接收其结果，或稍后重试。"
        ) with
        {
            RetryAfter = s_soon,
        };

    /// <summary>A trace that would find more than any trace may.</summary>
    public static Error TooManyFound() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"A trace finds at most {Tracer.MaxFound} items in all. Trace on from one of the items of the frontier.",
            $"一次追溯最多返回 {Tracer.MaxFound} 个标识。请从 frontier 中的标识继续追溯。",
            "cursor"
        );

    /// <summary>The attributes of the items are more than is kept at once.</summary>
    public static Error TooLong() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"The attributes of the items have more than {Tracer.MaxAttributeLength} characters. Show fewer items by "
                + "template, or fewer attributes.",
            $"各标识的属性合计超过 {Tracer.MaxAttributeLength} 个字符。请用 template 减少显示的标识，或减少属性。",
            "attribute"
        );

    /// <summary>A cursor that cannot be used.</summary>
    public static Error NoCursor() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "The cursor is not one of this trace: it goes with the same item, direction, type, at and number, the same "
                + "log and the same prefix of the key. Begin without it.",
            "cursor 不属于本次追溯：标识、direction、type、at、number、日志及密钥所限前缀须与取得该 cursor 时相同。"
                + "请不带 cursor 重新开始。",
            "cursor"
        );

    /// <summary>A cursor of a log that is not this one any more.</summary>
    public static Error OtherLog(string field) =>
        Error.Of(
            ErrorCode.LogRestarted,
            $"{field}: the cursor is of another log, or lies beyond its end: the log began anew, such as after a "
                + "restore. Begin without it.",
            $"{field}：游标属于另一日志，或超出其末尾：日志已重新开始（例如从备份恢复之后）。请不带游标重新开始。",
            field
        );

    /// <summary>A log number that is not reached yet.</summary>
    public static Error NoNumber(long head) =>
        Error.Of(ErrorCode.InvalidValue, $"number must be 1 to {head}.", $"number 应为 1 至 {head}。", "number");

    /// <summary>A log number that a partner names: it is told none.</summary>
    public static Error NoNumbers() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "number: a partner's traces are read at the log's head.",
            "number：合作伙伴的追溯只在日志末尾读取。",
            "number"
        );

    /// <summary>An item to explain that the walk did not find.</summary>
    public static Error NotInTrace(string identifier, bool isWhole) =>
        isWhole
            ? Error.Of(
                ErrorCode.InvalidValue,
                $"{identifier} is not in this trace.",
                $"标识 {identifier} 不在本次追溯结果中。",
                "explain"
            )
            : Error.Of(
                ErrorCode.InvalidValue,
                $"{identifier} is not in this part of the trace. Give a greater budget, and no cursor.",
                $"标识 {identifier} 不在本次追溯的这一部分中。请增大 budget，且不带 cursor。",
                "explain"
            );
}
