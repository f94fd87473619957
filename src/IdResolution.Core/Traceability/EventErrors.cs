using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>The refusals of events and of questions about them.</summary>
public static class EventErrors
{
    /// <summary>The error for an event with too many elements or bytes.</summary>
    public static Error TooLarge() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"An event has at most {EventRules.MaxElements:N0} elements in all its lists, and {EventRules.MaxBytes:N0} "
                + "bytes.",
            $"一个事件的各列表最多共 {EventRules.MaxElements} 个元素，且不超过 {EventRules.MaxBytes} 字节。"
        );

    /// <summary>The error for a call whose events have too many elements.</summary>
    public static Error BatchTooLarge() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"The events of a call have at most {EventRules.MaxBatchElements:N0} elements in all their lists.",
            $"一次调用的事件各列表最多共 {EventRules.MaxBatchElements} 个元素。",
            "items"
        );

    /// <summary>The error for an event that is not there, or whose id this store did not give.</summary>
    public static Error NoEvent(string? id, string field = "id") =>
        Error.Of(ErrorCode.NotFound, $"There is no event {id}.", $"没有事件 {id}。", field);

    /// <summary>The error for an id in a body that is of no event.</summary>
    internal static Error NotGiven(string id, string field) =>
        Error.Of(ErrorCode.InvalidValue, $"{field}: there is no event {id}.", $"{field}：没有事件 {id}。", field);

    /// <summary>The error for a key that another event has.</summary>
    internal static Error KeyTaken(Guid other) =>
        Error.Of(
            ErrorCode.KeyConflict,
            $"The event {other} has this key already, with other content. To change it, send an event of type correct "
                + "with a key of its own.",
            $"事件 {other} 已使用该业务主键，且内容不同。如需更正，请发送类型为 correct、使用新业务主键的事件。",
            "sourceKey"
        );

    /// <summary>The error for a second correction of an event.</summary>
    internal static Error AlreadyCorrected(string id) =>
        Error.Of(
            ErrorCode.AlreadyExists,
            $"The event {id} was corrected before: correct the correction.",
            $"事件 {id} 已被更正：请对更正事件再作更正。",
            "corrects"
        );

    /// <summary>The error for something that was held when the event was written.</summary>
    internal static Error Held(ItemKey item, EventContent content)
    {
        var lists = new[]
        {
            ("inputs", content.Inputs),
            ("outputs", content.Outputs),
            ("children", content.Children),
            ("items", content.Items),
        };
        foreach (var (name, things) in lists)
        {
            for (var i = 0; i < things.Count; i++)
            {
                if (things[i].Key == item)
                {
                    var text = things[i].Name;
                    return Error.Of(ErrorCode.Held, $"{text} is held.", $"标识 {text} 已冻结。", $"{name}[{i}]");
                }
            }
        }
        return Error.Of(ErrorCode.Held, $"{item} is held.", $"标识 {item} 已冻结。");
    }

    /// <summary>The error for a part that would contain itself.</summary>
    internal static Error Cycle(IReadOnlyList<ItemKey> path)
    {
        var text = string.Join(" → ", path);
        return Error.Of(
            ErrorCode.InvalidValue,
            $"children: a part cannot contain itself. Then or later: {text}.",
            $"children：部件不能包含自身。届时的关系：{text}。",
            "children"
        );
    }

    internal static Error TooDeep() =>
        Error.Of(
            ErrorCode.TooLarge,
            "parent: what it is part of goes too far up for the node to see that nothing contains itself.",
            "parent：其上级关系过多，节点无法确认没有部件包含自身。",
            "parent"
        );
}
