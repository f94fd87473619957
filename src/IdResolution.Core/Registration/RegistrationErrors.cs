using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The refusals of registrations, changes and erasures.</summary>
internal static class RegistrationErrors
{
    public static Error NotUnique(RecordWriteResult result)
    {
        var holder = RecordState.IdentifierOf(result.Record!);
        return Error.Of(
            ErrorCode.AlreadyExists,
            $"{result.Field}: {holder} has this value already, and it must be unique.",
            $"{result.Field}：{holder} 已使用该值，此属性要求唯一。",
            RecordErrors.FieldOf(result.Field!)
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

    public static Error NoContent() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "A template is needed, or raw values.",
            "需要模板，或至少一个原始值。",
            "template"
        );

    public static Error NoTemplate(string code) =>
        Error.Of(ErrorCode.InvalidValue, $"There is no template {code}.", $"没有模板 {code}。", "template");

    public static Error NotPublished(string code) =>
        Error.Of(
            ErrorCode.NotPublished,
            $"Template {code} has no published version.",
            $"模板 {code} 没有已发布的版本。",
            "template"
        );

    public static Error KeyWithoutSource() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "source is needed with sourceKey.",
            "给出 sourceKey 时须同时给出 source。",
            "source"
        );

    public static Error BadKeyText(string field, int maximum) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"{field} must be 1 to {maximum} bytes of text without control characters.",
            $"{field} 应为 1 至 {maximum} 字节的文本，不含控制字符。",
            field
        );

    public static Error NoIdentifier() =>
        Error.Of(
            ErrorCode.InvalidIdentifier,
            "An identifier is needed: the template has no coding rule that could give one.",
            "需要标识：该模板没有可生成标识的编码规则。",
            "identifier"
        );

    public static Error NumbersTaken(int tried) =>
        Error.Of(
            ErrorCode.SequenceExhausted,
            $"The next {tried} numbers of the coding rule are taken.",
            $"编码规则接下来的 {tried} 个流水号均已被占用。",
            "identifier"
        );

    public static Error Taken(string identifier) =>
        Error.Of(
            ErrorCode.AlreadyExists,
            $"The coding rule gives {identifier}, which is registered already.",
            $"编码规则生成的 {identifier} 已被注册。",
            "identifier"
        ) with
        {
            Holder = identifier,
        };

    public static Error NotErasable() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "Values to erase are named a:CODE for an attribute or v:INDEX for a raw value.",
            "待擦除的值以 a:编码（属性）或 v:索引（原始值）表示。",
            "codes"
        );

    public static Error NoValues(Identifier identifier, IEnumerable<string> codes) =>
        Error.Of(
            ErrorCode.ValueNotFound,
            $"{identifier} has no value {string.Join(", ", codes)} in any version.",
            $"标识 {identifier} 的任何版本中都没有值 {string.Join("、", codes)}。",
            "codes"
        );
}
