using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>The rules for writes of events, the same in every store.</summary>
internal static class EventRules
{
    /// <summary>The greatest number of rows of holds that one event hands on in its own transaction.</summary>
    public const int MostHandedOn = 10_000;

    /// <summary>The header of the log entry that makes an event.</summary>
    public static LogBody Body(EventWrite write, long objectNumber) =>
        new(LogKind.Event, LogOperation.Create, objectNumber, 1, write.RecordedAt, write.Actor);

    /// <summary>The header of the log entry that erases from an event.</summary>
    public static LogBody Body(EventErasure erasure) =>
        new(
            LogKind.Event,
            LogOperation.Erase,
            erasure.Object,
            erasure.ExpectedVersion + 1,
            erasure.Time,
            erasure.Actor
        );

    /// <summary>The result of a write whose identity an event has already.</summary>
    public static EventWriteResult Known(EventWrite write, long objectNumber, long made, ReadOnlySpan<byte> digest) =>
        new(digest.SequenceEqual(write.Digest) ? EventOutcome.Same : EventOutcome.KeyTaken, objectNumber, made);

    /// <summary>The refusal of a correction of an event that is not there. Callers have looked for it.</summary>
    public static EventWriteResult NothingToCorrect() =>
        EventWriteResult.Failed(
            Error.Of(ErrorCode.NotFound, "The event to correct does not exist.", "要更正的事件不存在。", "corrects")
        );

    /// <summary>What is kept of a member that has no record: the item as it was given.</summary>
    public static string SpellingOf(in EventMember member) => member.Spelling ?? member.Item.ToString();

    /// <summary>True for roles of what something was made from. Its holds go on to what was made.</summary>
    public static bool IsUsed(MemberRole role) => role is MemberRole.Input or MemberRole.Child;

    /// <summary>True for roles of what was made from something.</summary>
    public static bool IsMade(MemberRole role) => role is MemberRole.Output or MemberRole.Parent;
}
