using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>The refusals of templates, categories and coding rules that depend on what else the node has.</summary>
internal static class TemplateErrors
{
    public static Error BadCode() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "code must be 1 to 50 lower-case letters, digits and hyphens, beginning with a letter.",
            "code 应为 1 至 50 个小写字母、数字或连字符，以字母开头。",
            "code"
        );

    public static Error NoTemplate(string code) =>
        Error.Of(ErrorCode.NotFound, $"There is no template {code}.", $"没有模板 {code}。", "code");

    public static Error TemplateExists(string code) =>
        Error.Of(ErrorCode.AlreadyExists, $"There is a template {code} already.", $"模板 {code} 已存在。", "code");

    public static Error NothingToWithdraw(string code) =>
        Error.Of(
            ErrorCode.NotPublished,
            $"Template {code} has no published version to withdraw.",
            $"模板 {code} 没有可撤回的已发布版本。",
            "code"
        );

    public static Error NotInPack(string code) =>
        Error.Of(
            ErrorCode.NotFound,
            $"The node's own pack has no template {code}.",
            $"节点自带的模板包中没有模板 {code}。",
            "merge"
        );

    /// <summary>What is merged is published, and nobody said so of what else is in the newest version.</summary>
    public static Error NewestNotPublished(string code) =>
        Error.Of(
            ErrorCode.NotPublished,
            $"The newest version of template {code} is not published: publish it first.",
            $"模板 {code} 的最新版本未发布，请先发布。",
            "merge"
        );

    public static Error NoCategory(string code, string field) =>
        Error.Of(ErrorCode.InvalidValue, $"There is no category {code}.", $"没有分类 {code}。", field);

    public static Error CategoryAboveItself(string code) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"Category {code} would stand above itself.",
            $"分类 {code} 将成为自身的上级。",
            "parent"
        );

    /// <summary>A template's prefix is in its identifier, which all versions share.</summary>
    public static Error OtherPrefix(string old) =>
        old.Length == 0
            ? Error.Of(
                ErrorCode.InvalidValue,
                "prefix must stay empty, as in earlier versions: the template belongs to the node.",
                "prefix 须与早先版本一致，为空：该模板属于整个节点。",
                "prefix"
            )
            : Error.Of(
                ErrorCode.InvalidValue,
                $"prefix must stay {old}, as in earlier versions.",
                $"prefix 须与早先版本一致，为 {old}。",
                "prefix"
            );

    /// <summary>The SNMS protocol finds a template by its version text, which all versions share.</summary>
    public static Error OtherVersionText(string? old) =>
        old is null
            ? Error.Of(
                ErrorCode.InvalidValue,
                "versionText must stay empty, as in earlier versions: the template is found by its code.",
                "versionText 须与早先版本一致，为空：该模板以代码查找。",
                "versionText"
            )
            : Error.Of(
                ErrorCode.InvalidValue,
                $"versionText must stay {old}, as in earlier versions.",
                $"versionText 须与早先版本一致，为 {old}。",
                "versionText"
            );

    public static Error VersionTextTaken(string text, string code) =>
        Error.Of(
            ErrorCode.AlreadyExists,
            $"versionText: template {code} has {text} already.",
            $"versionText：模板 {code} 已使用 {text}。",
            "versionText"
        );

    public static Error NoCodingRule(string code) =>
        Error.Of(ErrorCode.InvalidValue, $"There is no coding rule {code}.", $"没有编码规则 {code}。", "codingRule");

    public static Error PatternForTemplates() =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"Suffixes beginning with {Template.IdentifierPrefix} are for templates.",
            $"以 {Template.IdentifierPrefix} 开头的后缀保留给模板。",
            "pattern"
        );

    public static Error RuleDoesNotFit(string rule, string attribute, string template) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"Coding rule {rule} uses {attribute}, which must be a required, single attribute of {template}.",
            $"编码规则 {rule} 用到 {attribute}，它须是模板 {template} 的必填单值属性。",
            "codingRule"
        );

    public static Error NeedsCode(string field) =>
        Error.Of(ErrorCode.InvalidValue, $"{field} needs a code.", $"{field} 须有 code。", field);

    public static Error TwiceInPack(string code, string field) =>
        Error.Of(ErrorCode.InvalidValue, $"{code} is in the pack twice.", $"{code} 在包中重复。", $"{field}.{code}");
}
