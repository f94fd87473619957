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
            terminal.Out.WriteLine(ValueText.Clean(handle));
        }
        foreach (var value in result.Values)
        {
            terminal.Out.WriteLine("  " + ValueText.Of(value));
        }
        if (result.IsSuccess)
        {
            return ExitCode.Done;
        }
        terminal.Error.WriteLine($"{ValueText.Clean(handle)}: {CodeText(result.Code, result.Message)}");
        return ExitCode.Refused;
    }

    /// <summary>The text of a response code for people, with the server's message.</summary>
    public static string CodeText(ResponseCode code, string message)
    {
        var text = code switch
        {
            ResponseCode.Success => "done",
            ResponseCode.Error => "error",
            ResponseCode.ServerBusy => "server busy",
            ResponseCode.ProtocolError => "protocol error",
            ResponseCode.OperationNotSupported => "not supported",
            ResponseCode.RecursionCountTooHigh => "too many referrals, or a circle",
            ResponseCode.ServerBackup => "server in maintenance",
            ResponseCode.HandleNotFound => "no such handle",
            ResponseCode.InvalidHandle => "not a handle",
            ResponseCode.ValuesNotFound => "no such values",
            ResponseCode.NotResponsible => "not responsible",
            ResponseCode.ServiceReferral => "referral to another service",
            ResponseCode.PrefixReferral => "referral to whoever has the prefix",
            ResponseCode.InvalidAdministrator => "not an administrator",
            ResponseCode.InsufficientPermissions => "not allowed",
            ResponseCode.AuthenticationNeeded => "authentication needed",
            ResponseCode.AuthenticationFailed => "authentication failed",
            ResponseCode.InvalidCredential => "key not supported",
            ResponseCode.ClientChannelError => "no server reached",
            ResponseCode.ClientTimeout => "no answer in time",
            _ => code.ToString(),
        };
        return message.Length == 0 ? $"{(int)code} {text}" : $"{(int)code} {text}: {ValueText.Clean(message)}";
    }

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
