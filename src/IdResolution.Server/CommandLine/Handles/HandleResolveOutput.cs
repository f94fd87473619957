using IdResolution.Core.Primitives;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>Prints the result of a resolution.</summary>
internal static class HandleResolveOutput
{
    /// <summary>Prints the result and returns the exit code.</summary>
    public static int Print(Terminal terminal, string handle, WalkResult result, WalkTracePrinter? steps, bool json)
    {
        if (json)
        {
            terminal.Out.WriteLine(Json(handle, result, steps));
            return result.IsSuccess ? ExitCode.Done : ExitCode.Refused;
        }
        if (result.IsSuccess)
        {
            terminal.Out.WriteLine(TerminalText.OneLine(handle));
        }
        foreach (var value in result.Values)
        {
            terminal.Out.WriteLine("  " + ValueText.Of(value));
        }
        if (result.IsSuccess)
        {
            return ExitCode.Done;
        }
        var (asked, code) = (TerminalText.OneLine(handle), CodeText(result.Code, result.Message));
        terminal.Explain($"{asked}: {code.En}", $"{asked}：{code.Zh}");
        return ExitCode.Refused;
    }

    /// <summary>The text of a response code for people, with the server's message.</summary>
    public static Text CodeText(ResponseCode code, string message)
    {
        var text = TextOf(code);
        var said = TerminalText.OneLine(message);
        return said.Length == 0
            ? new($"{(int)code} {text.En}", $"{(int)code} {text.Zh}")
            : new($"{(int)code} {text.En}: {said}", $"{(int)code} {text.Zh}：{said}");
    }

    private static Text TextOf(ResponseCode code) =>
        code switch
        {
            ResponseCode.Success => new Text("done", "成功"),
            ResponseCode.Error => new Text("error", "错误"),
            ResponseCode.ServerBusy => new Text("server busy", "服务器忙"),
            ResponseCode.ProtocolError => new Text("protocol error", "协议错误"),
            ResponseCode.OperationNotSupported => new Text("not supported", "不支持"),
            ResponseCode.RecursionCountTooHigh => new Text("too many referrals, or a circle", "转向过多或形成环路"),
            ResponseCode.ServerBackup => new Text("server in maintenance", "服务器维护中"),
            ResponseCode.HandleNotFound => new Text("no such handle", "标识不存在"),
            ResponseCode.InvalidHandle => new Text("not a handle", "标识格式不正确"),
            ResponseCode.ValuesNotFound => new Text("no such values", "没有符合条件的值"),
            ResponseCode.NotResponsible => new Text("not responsible", "该标识不归属此服务器"),
            ResponseCode.ServiceReferral => new Text("referral to another service", "转向其他服务"),
            ResponseCode.PrefixReferral => new Text("referral to whoever has the prefix", "转向前缀的归属节点"),
            ResponseCode.InvalidAdministrator => new Text("not an administrator", "不是管理员"),
            ResponseCode.InsufficientPermissions => new Text("not allowed", "无权限"),
            ResponseCode.AuthenticationNeeded => new Text("authentication needed", "须验证身份"),
            ResponseCode.AuthenticationFailed => new Text("authentication failed", "身份验证失败"),
            ResponseCode.InvalidCredential => new Text("key not supported", "不支持该密钥"),
            ResponseCode.ClientChannelError => new Text("no server reached", "无法连接服务器"),
            ResponseCode.ClientTimeout => new Text("no answer in time", "应答超时"),
            _ => Text.Foreign(code.ToString()),
        };

    private static string Json(string handle, WalkResult result, WalkTracePrinter? steps) =>
        IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("responseCode", (int)result.Code);
            writer.WriteString("handle", handle);
            if (!result.IsSuccess && result.Message.Length > 0)
            {
                writer.WriteString("message", result.Message);
            }
            writer.WritePropertyName("values");
            HandleRecordJson.WriteValues(writer, result.Values);
            steps?.Write(writer);
            writer.WriteEndObject();
        });
}
