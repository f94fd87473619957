using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>The refusals of a record's content.</summary>
internal static class RecordErrors
{
    public static Error GivenTwice(string code) =>
        Error.Of(ErrorCode.InvalidValue, $"{code} is given twice.", $"{code} 重复。", FieldOf(code));

    public static Error Unknown(string code, Template? template) =>
        template is null
            ? Error.Of(
                ErrorCode.InvalidValue,
                $"{code}: a record without template has no attributes; use values.",
                $"{code}：无模板的记录没有属性，请使用 values。",
                FieldOf(code)
            )
            : Error.Of(
                ErrorCode.InvalidValue,
                $"{code} is not an attribute of template {template.Code}.",
                $"模板 {template.Code} 没有属性 {code}。",
                FieldOf(code)
            );

    public static Error Missing(AttributeDefinition attribute) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"{attribute.Code} is required.",
            $"{Text.BeforeChinese(attribute.Names?.Zh ?? attribute.Code)}为必填项。",
            FieldOf(attribute.Code)
        );

    /// <summary>A raw value that stands where another version of the template has an attribute.</summary>
    public static Error IndexTaken(int index) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"values: a value of the record stands at index {index}, where the template's newest version has an "
                + "attribute.",
            $"values：记录在索引 {index} 处已有值，而模板的最新版本在此处有属性。",
            "values"
        );

    public static Error TooLarge() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"A record has at most {RecordValidator.MaxValues} values that fit a Handle message of "
                + $"{RecordValidator.MaxMessageBytes} bytes.",
            $"一条记录最多 {RecordValidator.MaxValues} 个值，"
                + $"且不超过 {RecordValidator.MaxMessageBytes} 字节的 Handle 消息。",
            "attributes"
        );

    /// <summary>The field that errors of an attribute name.</summary>
    public static string FieldOf(string code) => "attributes." + code;
}
