using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The errors for conflicts with another record.</summary>
internal static class RegistrationErrors
{
    public static Error NotUnique(RecordWriteResult result)
    {
        var holder = RecordState.IdentifierOf(result.Record!);
        return Error.Of(
            ErrorCode.AlreadyExists,
            $"{result.Field}: {holder} has this value already, and it must be unique.",
            $"{result.Field}：{holder} 已使用该值，此属性要求唯一。",
            "attributes." + result.Field
        ) with
        {
            Holder = holder,
        };
    }

    public static Error Conflict(RegistrationRequest request, RecordWriteResult result)
    {
        var holder = RecordState.IdentifierOf(result.Record!);
        return result.Outcome == WriteOutcome.KeyTaken
            ? Error.Of(
                ErrorCode.KeyConflict,
                $"The key {request.SourceKey} of source {request.Source} is bound to {holder} with other content.",
                $"来源 {request.Source} 的键 {request.SourceKey} 已绑定到内容不同的标识 {holder}。",
                "sourceKey"
            ) with
            {
                Holder = holder,
            }
            : Error.Of(
                ErrorCode.AlreadyExists,
                $"{holder} is registered already with other content or under another key.",
                $"标识 {holder} 已以不同的内容或不同的业务键注册。",
                "identifier"
            ) with
            {
                Holder = holder,
            };
    }
}
