using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>The errors of administration and resolution by the Handle protocol.</summary>
internal static class HandleErrors
{
    private const string Handle = "handle";
    private const string Values = "values";

    public static Error Invalid { get; } =
        Error.Of(
            ErrorCode.InvalidIdentifier,
            "The handle must be PREFIX/SUFFIX of at most 255 bytes of UTF-8.",
            "标识应为 前缀/后缀，UTF-8 编码最长 255 字节。",
            Handle
        );

    public static Error NotResponsible { get; } =
        Error.Of(
            ErrorCode.NotResponsible,
            "This server is not responsible for the handle.",
            "该标识不归属本节点。",
            Handle
        );

    public static Error NotResponsibleForPrefix { get; } =
        Error.Of(
            ErrorCode.NotResponsible,
            "This server is not responsible for the prefix.",
            "该前缀不归属本节点。",
            Handle
        );

    public static Error Absent { get; } =
        Error.Of(ErrorCode.NotFound, "The handle does not exist.", "该标识不存在。", Handle);

    public static Error Exists { get; } =
        Error.Of(ErrorCode.AlreadyExists, "The handle exists.", "该标识已存在。", Handle);

    public static Error Unidentified { get; } =
        Error.Of(
            ErrorCode.Unauthenticated,
            "It must be proved who asks for this: answer the challenge.",
            "需要证明请求者身份：请应答质询。"
        );

    public static Error NotServerAdministrator { get; } =
        Error.Of(
            ErrorCode.NotAdministrator,
            "Only administrators of the server may do this.",
            "仅服务器管理员可执行此操作。"
        );

    public static Error Rendered { get; } =
        Error.Of(
            ErrorCode.Forbidden,
            "This prefix record is rendered from the node's settings: create it with all its values to change it.",
            "该前缀记录由节点配置生成：如需修改，请以全部值创建该记录。",
            Handle
        );

    public static Error NoValues { get; } =
        Error.Of(ErrorCode.InvalidValue, "At least one value is needed.", "至少需要一个值。", Values);

    public static Error NoSuchValue { get; } =
        Error.Of(ErrorCode.ValueNotFound, "The handle has no such value.", "该标识没有这样的值。", Values);

    public static Error ListedByHandle { get; } =
        Error.Of(
            ErrorCode.InvalidIdentifier,
            "A prefix is listed by its handle, 0.NA/PREFIX.",
            "请以前缀的标识 0.NA/前缀 列出该前缀。",
            Handle
        );

    public static Error HomedByHandle { get; } =
        Error.Of(
            ErrorCode.InvalidIdentifier,
            "A prefix is homed by its handle, 0.NA/PREFIX.",
            "请用前缀的标识 0.NA/前缀 使该前缀归属本节点。",
            Handle
        );

    public static Error NoBackups { get; } =
        Error.Of(ErrorCode.NotSupported, "This node makes no backups on request.", "本节点不应请求制作备份。");

    private static Error Unnamed { get; } =
        Error.Of(
            ErrorCode.NotAdministrator,
            "No HS_ADMIN value names this administrator.",
            "没有 HS_ADMIN 值指定该管理员。"
        );

    private static Error NoRight { get; } =
        Error.Of(
            ErrorCode.Forbidden,
            "The administrator has not the right to do this, or a value may not be written.",
            "该管理员无此权限，或有值不可写入。"
        );

    /// <summary>The error for a missing right. An administrator with no right at all is told so.</summary>
    public static Error Refused(AdminRights given) => given == AdminRights.None ? Unnamed : NoRight;

    public static Error TooManyOpenWrites(TimeSpan retryAfter) =>
        Error.Of(
            ErrorCode.TooMany,
            "Too many values are written by callers who do not say who they are; try again later.",
            "未证明身份的写入过多，请稍后再试。"
        ) with
        {
            RetryAfter = retryAfter,
        };

    public static Error Unreadable(int index) =>
        Error.Of(
            ErrorCode.Forbidden,
            $"The value at index {index} may not be read.",
            $"索引 {index} 处的值不可读取。",
            Values
        );

    public static Error ValueAbsent(int index) =>
        Error.Of(ErrorCode.ValueNotFound, $"There is no value at index {index}.", $"索引 {index} 处没有值。", Values);

    public static Error ValueExists(int index) =>
        Error.Of(
            ErrorCode.ValueAlreadyExists,
            $"There is a value at index {index}.",
            $"索引 {index} 处已有值。",
            Values
        );

    /// <summary>The error if an index is below 1 or is given twice, or null.</summary>
    public static Error? OfIndexes(IReadOnlyList<RawValue> values)
    {
        var seen = new HashSet<int>(values.Count);
        foreach (var value in values)
        {
            if (value.Index <= 0)
            {
                return Error.Of(
                    ErrorCode.InvalidValue,
                    $"values: the index {value.Index} must be 1 or more.",
                    $"values：索引 {value.Index} 应不小于 1。",
                    Values
                );
            }
            if (!seen.Add(value.Index))
            {
                return Error.Of(
                    ErrorCode.ValueAlreadyExists,
                    $"values: the index {value.Index} is given twice.",
                    $"values：索引 {value.Index} 重复。",
                    Values
                );
            }
        }
        return null;
    }
}
