using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Snms;

/// <summary>The refusals of the SNMS protocol. Its callers get the Chinese texts.</summary>
public static class SnmsErrors
{
    /// <summary>A log-in with a wrong user name or password; which of them is not said.</summary>
    public static Error WrongLogin { get; } =
        Error.Of(ErrorCode.AuthenticationFailed, "User name or password is wrong.", SnmsMessages.WrongLogin);

    /// <summary>No token came with the call.</summary>
    public static Error NoToken { get; } =
        Error.Of(ErrorCode.Unauthenticated, "A token is needed: log in first.", SnmsMessages.NotLoggedIn);

    /// <summary>The token is none of this node's, or it or its key is over.</summary>
    public static Error BadToken { get; } =
        Error.Of(ErrorCode.AuthenticationFailed, "The token does not hold: log in again.", SnmsMessages.NotLoggedIn);

    internal static Error Exists { get; } =
        Error.Of(ErrorCode.AlreadyExists, "The identifier is registered already.", SnmsMessages.Exists, "handle");

    internal static Error NoSuchItem { get; } =
        Error.Of(ErrorCode.NotFound, "The identifier is not registered.", SnmsMessages.ItemNotFound, "handle");

    /// <summary>The identifier of a call is not registered.</summary>
    public static Error NotFound { get; } =
        Error.Of(ErrorCode.NotFound, "The identifier is not registered.", SnmsMessages.NotFound, "handle");

    /// <summary>A parameter or a member is missing.</summary>
    public static Error Missing(string name) =>
        Error.Of(ErrorCode.InvalidValue, $"{name} is missing.", SnmsMessages.Missing(name), name);

    /// <summary>A parameter or a member is not of the form that it must have.</summary>
    public static Error Misshapen(string name) =>
        Error.Of(ErrorCode.InvalidValue, $"{name} has the wrong form.", $"请求参数格式错误: {name}", name);

    /// <summary>A member is too long.</summary>
    public static Error TooLong(string name, int most) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"{name} has at most {most} characters.",
            $"请求参数过长: {name}，最多{most}个字符",
            name
        );

    /// <summary>A batch of more items than one call takes.</summary>
    public static Error TooMany(int most) =>
        Error.Of(ErrorCode.TooLarge, $"One call takes at most {most} identifiers.", $"单次请求最多{most}条标识");

    /// <summary>A log-in that comes too soon after wrong ones.</summary>
    public static Error Wait(TimeSpan time)
    {
        var seconds = (int)Math.Ceiling(time.TotalSeconds);
        return Error.Of(
            ErrorCode.TooMany,
            $"Too many wrong log-ins: wait for {seconds} seconds.",
            $"登录失败次数过多，请{seconds}秒后重试"
        ) with
        {
            RetryAfter = time,
        };
    }

    internal static Error NoTemplate(string version) =>
        Error.Of(ErrorCode.NotFound, $"There is no template {version}.", $"没有找到模板: {version}", "version");

    internal static Error TemplateExists(string version) =>
        Error.Of(
            ErrorCode.AlreadyExists,
            $"There is a template {version} already.",
            $"模板已存在: {version}",
            "version"
        );

    internal static Error TooManyTemplates(string prefix, int most) =>
        Error.Of(
            ErrorCode.TooLarge,
            $"The prefix {prefix} has {most} templates, deleted ones among them: change one, or ask an administrator.",
            $"前缀{prefix}的模板数已达上限{most}个（含已删除的模板），请修改已有模板或联系管理员",
            "prefix"
        );

    /// <summary>The template has attributes that the protocol cannot show.</summary>
    public static Error InvisibleTemplate(string version) =>
        Error.Of(
            ErrorCode.NotSupported,
            $"Template {version} has attributes other than single texts, which this protocol does not know.",
            $"模板{version}含有非字符串类型的属性，本接口不支持",
            "version"
        );

    internal static Error NoIndex(int index) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The template has no attribute at index {index}.",
            SnmsMessages.NoIndex(index),
            "value"
        );

    internal static Error WrongType(AttributeDefinition attribute) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The type at index {attribute.Index} must be {attribute.Code}.",
            $"非法操作，索引{attribute.Index}的类型应为{attribute.Code}",
            "value"
        );

    internal static Error Disabled(AttributeDefinition attribute) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The attribute at index {attribute.Index} is disabled.",
            $"非法操作，索引{attribute.Index}的属性已停用",
            "value"
        );

    internal static Error Twice(int index) =>
        Error.Of(ErrorCode.InvalidValue, $"The index {index} is given twice.", $"非法操作，索引{index}重复", "value");

    internal static Error NotString(int index) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The format at index {index} must be string.",
            $"非法操作，索引{index}的数据格式只能为string",
            "value"
        );

    internal static Error WrongLength(AttributeDefinition attribute, int least, int most) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"The value at index {attribute.Index} must have {least} to {most} characters.",
            $"属性{attribute.Code}的长度应为{least}至{most}个字符",
            "value"
        );

    internal static Error Required(AttributeDefinition attribute) =>
        Error.Of(ErrorCode.InvalidValue, $"{attribute.Code} is required.", $"缺少必填属性: {attribute.Code}", "value");

    internal static Error Invalid(string field, string en, string zh) =>
        Error.Of(ErrorCode.InvalidValue, $"{field} {en}.", $"{field}{zh}", field);
}
