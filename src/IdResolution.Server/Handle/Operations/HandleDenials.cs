using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Http;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// Writes denials of the Handle protocol to the audit log, of messages and of its JSON interface. Wrong proofs are
/// noted where they are checked. Thread-safe.
/// </summary>
internal sealed class HandleDenials(Auditor auditor)
{
    /// <summary>Notes the answer to a message if it is a denial.</summary>
    public void Note(HandleExchange exchange, Reply reply)
    {
        if (DenialOf(reply.Code) is { } denial)
        {
            Note(exchange.Caller, exchange.Request.Header.OpCode, denial, HandleOf(exchange.Request.Body.Span));
        }
    }

    /// <summary>Notes the answer to a call if it is a denial.</summary>
    public void Note(HttpCall call, HttpReply reply)
    {
        if (DenialOf(reply.Code) is { } denial)
        {
            // A list names its prefix among the parameters.
            var target = call.Handle.Length > 0 ? call.Handle : call.Parameters.Find("prefix");
            Note(call.Caller, call.Operation, denial, target);
        }
    }

    private void Note(Caller caller, OpCode operation, ErrorCode denial, string? handle) =>
        auditor.Denied(
            caller,
            "handle " + HandleOperations.NameOf(operation),
            denial,
            AuditTargets.OfIdentifier(handle)
        );

    private static ErrorCode? DenialOf(ResponseCode code) =>
        code switch
        {
            ResponseCode.InvalidAdministrator or ResponseCode.InsufficientPermissions => ErrorCode.Forbidden,
            ResponseCode.NotLoggedIn => ErrorCode.Unauthenticated,
            ResponseCode.InvalidCredential or ResponseCode.SessionFailed or ResponseCode.SessionMessageRejected =>
                ErrorCode.AuthenticationFailed,
            _ => null,
        };

    /// <summary>The handle that the body of a request begins with.</summary>
    private static string? HandleOf(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        return reader.TryArray(out var handle) ? Encoding.UTF8.GetString(handle) : null;
    }
}
