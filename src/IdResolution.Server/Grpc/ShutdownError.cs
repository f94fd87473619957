using IdResolution.Core.Errors;

namespace IdResolution.Server.Grpc;

/// <summary>
/// The error that ends a stream when the node stops. Nothing went wrong: the caller goes on elsewhere or later.
/// </summary>
internal static class ShutdownError
{
    public static Error Error { get; } =
        Core.Errors.Error.Of(
            ErrorCode.Unavailable,
            "The node stops. What was answered holds; connect again and go on from there.",
            "节点正在停止。已应答的内容有效，请重新连接后继续。"
        ) with
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
