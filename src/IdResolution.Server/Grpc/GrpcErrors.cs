using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Http;
using IdResolution.Server.Telemetry;
using Status = Google.Rpc.Status;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Turns errors into <c>google.rpc.Status</c>: a code, a message in the caller's language, and details for programs.
/// </summary>
internal static class GrpcErrors
{
    private const string Domain = "idresolution";

    // Clients take headers up to 8 KiB by default, and base64 adds a third.
    private const int MaxDetails = 4_096;

    public static Status ToStatus(Error error, HttpContext context)
    {
        error = AccessPolicy.Told(error, context.Caller());
        var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
        var status = new Status { Code = (int)ErrorMap.GrpcStatus(error.Code), Message = error.Message.In(language) };
        status.Details.AddRange(Details(error, status.Message, context).Select(Any.Pack));
        AddViolations(status, error, language);
        return status;
    }

    private static IEnumerable<IMessage> Details(Error error, string message, HttpContext context)
    {
        yield return InfoOf(error);
        if (error.Holder is not null)
        {
            yield return new ResourceInfo
            {
                ResourceType = "identifier",
                ResourceName = error.Holder,
                Description = message,
            };
        }
        foreach (var proposal in error.Proposals)
        {
            yield return new ResourceInfo { ResourceType = "proposal", ResourceName = proposal };
        }
        if (RetryAfter(error) is { } wait)
        {
            yield return new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) };
        }
        if (error.Code == ErrorCode.Internal)
        {
            yield return new RequestInfo { RequestId = TraceId.Of(context) };
        }
    }

    private static ErrorInfo InfoOf(Error error)
    {
        var info = new ErrorInfo { Reason = Reason(error.Code), Domain = Domain };
        if (error.Field is not null)
        {
            info.Metadata["field"] = FieldName(error.Field);
        }
        if (error.Holder is not null)
        {
            info.Metadata["identifier"] = error.Holder;
        }
        if (error.Resume is { } resume)
        {
            info.Metadata["log"] = resume.Log;
            info.Metadata["after"] = resume.After;
        }
        return info;
    }

    private static TimeSpan? RetryAfter(Error error) =>
        error.Code is ErrorCode.Unavailable or ErrorCode.StorageFull or ErrorCode.StoreRestored
            ? error.RetryAfter ?? TimeSpan.FromSeconds(5)
            : error.RetryAfter;

    /// <summary>The exception that ends a call with an error. Notes the outcome of the request too.</summary>
    public static RpcException ToException(Error error, ServerCallContext context)
    {
        RequestOutcome.Note(context.GetHttpContext(), error.Code.ToString());
        return ToStatus(error, context.GetHttpContext()).ToRpcException();
    }

    /// <summary>Throws the exception of <see cref="ToException"/> for faults, if there are any.</summary>
    public static void ThrowIfAny(Faults faults, ServerCallContext context)
    {
        if (faults.TryCombine(out var error))
        {
            throw ToException(error, context);
        }
    }

    /// <summary>The value of a result; throws the exception of <see cref="ToException"/> if it is an error.</summary>
    public static T OrThrow<T>(this Result<T> result, ServerCallContext context) =>
        result.IsOk ? result.Value : throw ToException(result.Error, context);

    /// <summary>
    /// Answers a request before it reaches its method, with headers only (Trailers-Only of gRPC over HTTP/2). The
    /// library's own writer for this is not public.
    /// </summary>
    public static void Refuse(HttpContext context, Error error)
    {
        var status = ToStatus(error, context);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = status.Code.ToString();
        response.Headers["grpc-message"] = PercentEncode(status.Message);
        response.Headers[MetadataExtensions.StatusDetailsTrailerName] = Convert.ToBase64String(status.ToByteArray());
    }

    /// <summary>The language of messages, from the header <c>accept-language</c>.</summary>
    public static Language LanguageOf(ServerCallContext context) => LanguageOf(context.GetHttpContext());

    /// <summary>The same, of the request.</summary>
    public static Language LanguageOf(HttpContext context) =>
        AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);

    /// <summary>
    /// A field's name in gRPC spelling: <c>sourceKey</c> is <c>source_key</c>. Attribute codes stay as they are.
    /// </summary>
    public static string FieldName(string field)
    {
        const string attributes = "attributes.";
        var keep = field.StartsWith(attributes, StringComparison.Ordinal) ? attributes.Length : field.Length;
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(field[..keep]) + field[keep..];
    }

    /// <summary>An error code in the spelling of reasons, such as <c>INVALID_VALUE</c>.</summary>
    public static string Reason(ErrorCode code) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    private static void AddViolations(Status status, Error error, Language language)
    {
        var bad = new BadRequest();
        var length = status.CalculateSize();
        foreach (var single in ViolationsOf(error))
        {
            var violation = new BadRequest.Types.FieldViolation
            {
                Field = FieldName(single.Field ?? ""),
                Description = single.Message.In(language),
            };
            length += violation.CalculateSize() + 8;
            if (length > MaxDetails)
            {
                break;
            }
            bad.FieldViolations.Add(violation);
        }
        if (bad.FieldViolations.Count > 0)
        {
            status.Details.Add(Any.Pack(bad));
        }
    }

    private static IReadOnlyList<Error> ViolationsOf(Error error)
    {
        if (error.Details.Count > 0)
        {
            return error.Details;
        }
        return error.Field is null || error.Code is ErrorCode.NotFound or ErrorCode.Mistyped or ErrorCode.Revoked
            ? []
            : [error];
    }

    // Our own, since .NET's encoders encode more than they must, and @grpc/grpc-js leaves that encoded.
    private static string PercentEncode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append('%').Append(b.ToString("X2"));
            }
        }
        return encoded.ToString();
    }
}
