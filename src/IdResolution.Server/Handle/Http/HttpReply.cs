using System.IO.Pipelines;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Http;

/// <summary>An answer that is not yet written.</summary>
/// <param name="Code">The response code of the Handle protocol.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Write">Writes the members of the JSON object in the body; null for no body.</param>
internal sealed record HttpReply(ResponseCode Code, int Status, Action<Utf8JsonWriter>? Write)
{
    /// <summary>Writes a long body in parts. Used instead of <see cref="Write"/>.</summary>
    public Func<Utf8JsonWriter, PipeWriter, Task>? WriteParts { get; init; }

    /// <summary>True if the answer may lack recent changes.</summary>
    public bool MayBeOld { get; init; }

    /// <summary>Success, with only the handle in the body.</summary>
    public static HttpReply Done(string handle, int status = StatusCodes.Status200OK) =>
        new(ResponseCode.Success, status, json => WriteStart(json, ResponseCode.Success, handle));

    /// <summary>An error: <c>{"responseCode": …, "handle": …, "message": …}</c>.</summary>
    /// <param name="refusal">The error.</param>
    /// <param name="handle">The handle that the request was about; empty for none.</param>
    /// <param name="status">The HTTP status; 0 for the usual status of the code.</param>
    public static HttpReply Failed(Refusal refusal, string handle, int status = 0) =>
        new(
            refusal.Code,
            status == 0 ? HttpStatuses.Of(refusal.Code, resolving: false) : status,
            json =>
            {
                WriteStart(json, refusal.Code, handle);
                if (refusal.Message.Length > 0)
                {
                    json.WriteString("message", refusal.Message);
                }
            }
        );

    /// <summary>An error of the core.</summary>
    public static HttpReply Failed(Error error, string handle) => Failed(Refusal.Of(error), handle);

    /// <summary>The answer to a request that cannot be understood.</summary>
    public static HttpReply Malformed(string? problem, string handle, ResponseCode code = ResponseCode.ProtocolError) =>
        Failed(new Refusal(code, problem ?? ""), handle);

    /// <summary>Writes the members that each body begins with.</summary>
    public static void WriteStart(Utf8JsonWriter json, ResponseCode code, string handle)
    {
        json.WriteNumber("responseCode", (int)code);
        if (handle.Length > 0)
        {
            json.WriteString("handle", handle);
        }
    }
}
