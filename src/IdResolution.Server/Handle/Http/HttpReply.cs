using System.IO.Pipelines;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Http;

/// <summary>An answer before it is written.</summary>
/// <param name="Code">The response code.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Write">Writes the object that is the body; null for no body.</param>
internal sealed record HttpReply(ResponseCode Code, int Status, Action<Utf8JsonWriter>? Write)
{
    /// <summary>Writes the body instead, part by part, where it may be long.</summary>
    public Func<Utf8JsonWriter, PipeWriter, Task>? WriteParts { get; init; }

    /// <summary>True where the answer may lack what was written lately.</summary>
    public bool MayBeOld { get; init; }

    /// <summary>Done, and nothing to say but the handle.</summary>
    public static HttpReply Done(string handle, int status = StatusCodes.Status200OK) =>
        new(ResponseCode.Success, status, json => WriteStart(json, ResponseCode.Success, handle));

    /// <summary>A refusal: <c>{"responseCode": …, "handle": …, "message": …}</c>.</summary>
    /// <param name="refusal">What went wrong.</param>
    /// <param name="handle">What it was about; empty for nothing.</param>
    /// <param name="status">The status where it is not that of the code; 0 where it is.</param>
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

    /// <summary>The same for a refusal of the core.</summary>
    public static HttpReply Failed(Error error, string handle) => Failed(Refusal.Of(error), handle);

    /// <summary>A request that is not understood.</summary>
    public static HttpReply Malformed(string? problem, string handle, ResponseCode code = ResponseCode.ProtocolError) =>
        Failed(new Refusal(code, problem ?? ""), handle);

    /// <summary>What bodies begin with.</summary>
    public static void WriteStart(Utf8JsonWriter json, ResponseCode code, string handle)
    {
        json.WriteNumber("responseCode", (int)code);
        if (handle.Length > 0)
        {
            json.WriteString("handle", handle);
        }
    }
}
