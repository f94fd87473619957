using IdResolution.Core.Errors;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>Why a line of an import is not written.</summary>
internal static class HandleImportErrors
{
    /// <summary>The handle has the line's values already. Compared by reference: it is counted, not refused.</summary>
    public static readonly Error Same = Error.Of(
        ErrorCode.AlreadyExists,
        "The handle has these values.",
        "该标识已有这些值。"
    );

    public static Error Revoked() =>
        Error.Of(
            ErrorCode.Revoked,
            "It was revoked here; --overwrite brings it back with these values.",
            "该标识已在本节点注销；使用 --overwrite 以这些值恢复。",
            "handle"
        );

    public static Error Templated() =>
        Error.Of(
            ErrorCode.AlreadyExists,
            "It is registered here by a template and other values; an import does not take templates away. "
                + "Change its attributes instead.",
            "该标识已在本节点按模板注册且值不同；导入不会取消模板，请改为修改其属性。",
            "handle"
        );

    public static Error OtherValues() =>
        Error.Of(
            ErrorCode.AlreadyExists,
            "It exists here with other values; --overwrite replaces them.",
            "该标识已存在且值不同；使用 --overwrite 替换。",
            "handle"
        );
}
