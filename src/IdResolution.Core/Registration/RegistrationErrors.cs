using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

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

    /// <summary>The refusal of a registration with a unique value that an item before it gives, too.</summary>
    public static Error GivenTwice(string attribute) =>
        Error.Of(
            ErrorCode.AlreadyExists,
            $"{attribute}: an item before has this value already, and it must be unique.",
            $"{attribute}：前面的数据已使用该值，此属性要求唯一。",
            RecordErrors.FieldOf(attribute)
        );

    /// <summary>The refusal of a registration whose key or identifier belongs to another record.</summary>
    /// <param name="request">The registration.</param>
    /// <param name="record">The record.</param>
    /// <param name="byKey">True if it has the key, false if it has the identifier.</param>
    /// <param name="differs">The members that differ; null if that is not known.</param>
    public static Error Conflict(
        RegistrationRequest request,
        StoredRecord record,
        bool byKey,
        IReadOnlyList<string>? differs
    )
    {
        var holder = RecordState.IdentifierOf(record);
        var (en, zh) = differs is { Count: > 0 }
            ? ($" It differs in: {string.Join(", ", differs)}.", $"不同之处：{string.Join("、", differs)}。")
            : ("", "");
        return byKey
            ? Error.Of(
                ErrorCode.KeyConflict,
                $"The key {request.SourceKey} of source {request.Source} is bound to {holder} with other content.{en}",
                $"来源 {request.Source} 的业务主键 {request.SourceKey} 已绑定到内容不同的标识 {holder}。{zh}",
                "sourceKey"
            ) with
            {
                Holder = holder,
                Differs = differs ?? [],
            }
            : Error.Of(
                ErrorCode.AlreadyExists,
                $"{holder} is registered already with other content or under another key.{en}",
                $"标识 {holder} 已以不同的内容或不同的业务主键注册。{zh}",
                "identifier"
            ) with
            {
                Holder = holder,
                Differs = differs ?? [],
            };
    }

    /// <summary>A key that another item has.</summary>
    public static Error KeyTaken(StoredRecord record, string field)
    {
        var holder = RecordState.IdentifierOf(record);
        return Error.Of(
            ErrorCode.KeyConflict,
            $"{field}: the key is bound to {holder}.",
            $"{field}：该业务主键已绑定到标识 {holder}。",
            field
        ) with
        {
            Holder = holder,
        };
    }

    public static Error KeyTwice(string field) =>
        Error.Of(ErrorCode.InvalidValue, $"{field}: the key is given twice.", $"{field}：该业务主键重复给出。", field);

    public static Error NoKey(string source, string key) =>
        Error.Of(
            ErrorCode.ValueNotFound,
            $"The item has no key {key} of source {source}.",
            $"该标识没有来源 {source} 的业务主键 {key}。",
            "sourceKey"
        );

    /// <summary>The mark that an item's first key is gone has no room in an entry.</summary>
    public static Error NoRoomWithoutFirst() =>
        Error.Of(
            ErrorCode.TooLarge,
            "This is the key of the item's first registration. That it is gone needs room for one more value, and the "
                + $"record is full: at most {Commitments.Most} values with its keys. Remove a value or an attribute "
                + "first, then the key.",
            $"这是该标识首次注册时的业务主键。标记其已移除需多占一个值的位置，而记录已满（连同主键最多 {Commitments.Most} 个值）。"
                + "请先移除一个值或属性，再移除主键。",
            "sourceKey"
        );

    public static Error TooManyKeys(string field) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"An item has at most {BusinessKeys.MostAnItem} business keys.",
            $"一个标识最多有 {BusinessKeys.MostAnItem} 个业务主键。",
            field
        );

    public static Error TooManySources(int most) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"There are {most} sources already, the most there may be. Use one of them.",
            $"来源已达上限 {most} 个，请使用已有的来源。",
            "source"
        );

    public static Error TooManyNewSources(int most, string field) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"{field}: the items of one call name more than {most} new sources. Make sources first, or send less.",
            $"{field}：一次调用中的新来源超过 {most} 个，请先创建来源，或分批发送。",
            field
        );

    public static Error NoContent() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "A template is needed, or raw values.",
            "需要模板，或至少一个原始值。",
            "template"
        );

    public static Error NoTemplate(string code) =>
        Error.Of(ErrorCode.InvalidValue, $"There is no template {code}.", $"没有模板 {code}。", "template");

    /// <summary>The refusal of a change by the rules of a template that the record does not have.</summary>
    public static Error OtherTemplate(Template template) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The record was registered with another template than {template.SnmsVersion}.",
            $"标识注册时使用的模板不是{template.SnmsVersion}",
            "template"
        );

    public static Error NotPublished(string code) =>
        Error.Of(
            ErrorCode.NotPublished,
            $"Template {code} has no published version.",
            $"模板 {code} 没有已发布的版本。",
            "template"
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
            "待擦除的值以 a:属性代码（属性）或 v:索引（原始值）表示。",
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
