using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Foreign;

/// <summary>The refusals of identifiers whose prefix is homed on another node.</summary>
internal static class ForeignErrors
{
    public static Error TooManyAnonymous(TimeSpan retryAfter) =>
        Error.Of(
            ErrorCode.TooMany,
            "Too many identifiers of other nodes are asked for without a key; try again shortly.",
            "无密钥查询其他节点标识的请求过多，请稍后再试。"
        ) with
        {
            RetryAfter = retryAfter,
        };

    public static Error TooManyWalks() =>
        Error.Of(
            ErrorCode.Unavailable,
            "Too many identifiers of other nodes are being resolved; try again shortly.",
            "正在解析的其他节点标识过多，请稍后再试。"
        );

    public static Error NotFound(Identifier identifier) =>
        Error.Of(
            ErrorCode.NotFound,
            $"{identifier} is not registered at the node of its prefix.",
            $"标识 {identifier} 未在其前缀所属节点注册。",
            "identifier"
        );

    public static Error NotTaken(Identifier identifier) =>
        Error.Of(
            ErrorCode.NotFound,
            $"The node of its prefix does not take {identifier} for an identifier.",
            $"前缀所属节点判定 {identifier} 不是有效标识。",
            "identifier"
        );

    public static Error NoNodeKnown(Prefix prefix) =>
        Error.Of(
            ErrorCode.NotResponsible,
            $"The prefix {prefix} is not homed on this node, and no node is known for it.",
            $"前缀 {prefix} 不归属本节点，也没有已知的归属节点。",
            "identifier"
        );

    public static Error NoAnswer(TimeSpan limit) =>
        Unavailable(
            $"did not answer within {limit.TotalSeconds:0} s",
            $"该标识所属的节点在 {limit.TotalSeconds:0} 秒内没有应答。"
        );

    public static Error Unreachable() =>
        Unavailable("cannot be reached", "无法连接该标识所属的节点。") with
        {
            Hint = new Text(
                "Its address may be neither public nor listed in Foreign:Allowed; idnode handle trace shows each step.",
                "其地址可能既非公网地址又未列入 Foreign:Allowed；可用 idnode handle trace 查看每一步。"
            ),
        };

    public static Error TooManyReferrals() =>
        Unavailable(
            "is hidden behind a circle of referrals, or too many of them",
            "解析该标识时逐级转向过多或形成环路。"
        );

    public static Error NotSigned() =>
        Unavailable(
            "gave values that are not validly signed, or failed",
            "该标识所属的节点返回的值没有有效签名，或出现故障。"
        );

    public static Error Failed(int code) =>
        Unavailable($"answered with code {code}", $"该标识所属的节点返回代码 {code}。");

    private static Error Unavailable(string en, string zh) =>
        Error.Of(ErrorCode.Unavailable, $"The node that holds this identifier {en}.", zh, "identifier") with
        {
            Hint = new Text("idnode handle trace shows each step.", "可用 idnode handle trace 查看每一步。"),
        };
}
