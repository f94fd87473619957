using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Turns any exception of a method into a status with details, without the exception's text. Writes denials to the
/// audit log. Holds long answers against the share of their caller.
/// </summary>
internal sealed partial class CallInterceptor(
    Auditor auditor,
    AccessPolicy access,
    HeldAnswers held,
    ILogger<CallInterceptor> logger
) : Interceptor
{
    private static readonly string[] s_read = [".Traceability/", ".Warehouse/", ".Equipment/", ".Resolver/Watch"];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        Task<TResponse> call;
        try
        {
            call = continuation(request, context);
        }
        catch (Exception e)
        {
            throw Translate(e, context, request);
        }
        if (!call.IsCompletedSuccessfully || LengthOf(call.Result) > HeldAnswers.AlwaysHeld)
        {
            return GuardAsync(call, context, request);
        }
        NoteRead(context, request);
        return call;
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation
    ) => GuardAsync(continuation(requestStream, context), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation
    ) => GuardAsync(continuation(request, responseStream, context), context, request);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation
    ) => GuardAsync(continuation(requestStream, responseStream, context), context);

    private async Task<T> GuardAsync<T>(Task<T> call, ServerCallContext context, object? request = null)
    {
        await GuardAsync((Task)call, context, request);
        var answer = await call;
        var http = context.GetHttpContext();
        return held.Hold(http, LengthOf(answer), GrpcGate.Changes(http)) is { } tooMany
            ? throw GrpcErrors.ToException(tooMany, context)
            : answer;
    }

    private static int LengthOf(object? answer) =>
        answer switch
        {
            Rendering kept => kept.Body.Length,
            BatchAnswer batch => batch.Length,
            IMessage message => message.CalculateSize(),
            _ => 0,
        };

    private async Task GuardAsync(Task call, ServerCallContext context, object? request = null)
    {
        try
        {
            await call;
            NoteRead(context, request);
        }
        catch (Exception e)
        {
            throw Translate(e, context, request);
        }
    }

    /// <summary>What a request was about; empty for the rest.</summary>
    private static string TargetOf(object? request) =>
        AuditTargets.OfFull(
            request switch
            {
                V1.RegisterRequest register => register.Identifier,
                V1.UpdateRequest update => update.Identifier,
                V1.RevokeRequest revoke => revoke.Identifier,
                V1.AddKeyRequest add => add.Identifier,
                V1.RemoveKeyRequest remove => remove.Identifier,
                V1.ResolveRequest resolve => resolve.Identifier,
                V1.ScanRequest scan => scan.Text,
                V1.ScanIntentRequest scan => scan.Text,
                V1.GetStatusRequest status => status.Identifier,
                V1.TraceRequest trace => trace.Identifier,
                V1.RollUpRequest roll => roll.Root,
                V1.ListEventsRequest list => list.Item,
                V1.GetLifeRequest life => life.Identifier,
                V1.ListCalibrationRequest list => list.Item,
                V1.ListMadeRequest made => made.Equipment,
                V1.ListStockRequest stock => stock.Item,
                V1.GetFulfilmentRequest order => order.Identifier,
                V1.RenderOrderRequest order => order.Identifier,
                V1.RenderQrRequest qr => qr.Identifier,
                V1.RenderZplRequest zpl => zpl.Identifier,
                _ => null,
            }
        );

    private void NoteDenied(StatusCode status, ServerCallContext context, object? request)
    {
        if (status is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            var http = context.GetHttpContext();
            auditor.Denied(
                CallOrigin.Of(http, http.Caller()),
                "gRPC " + MethodName.Of(http),
                status == StatusCode.Unauthenticated ? ErrorCode.Unauthenticated : ErrorCode.Forbidden,
                TargetOf(request)
            );
        }
    }

    /// <summary>
    /// Notes a call that read and was answered, or cut off while it was, where its caller's reads are. Those of records
    /// are the core's to note; definitions tell nothing of any.
    /// </summary>
    private void NoteRead(ServerCallContext context, object? request)
    {
        if (!access.AuditsReads)
        {
            return;
        }
        var http = context.GetHttpContext();
        var name = MethodName.Of(http);
        if (
            access.Audits(http.Caller())
            && http.GetEndpoint()?.Metadata.GetMetadata<RoleNeededAttribute>() is { Role: Role.Partner or Role.Reader }
            && Array.Exists(s_read, part => name?.Contains(part, StringComparison.Ordinal) == true)
        )
        {
            auditor.Noted(CallOrigin.Of(http, http.Caller()), "gRPC " + name, TargetOf(request));
        }
    }

    private RpcException Translate(Exception e, ServerCallContext context, object? request)
    {
        switch (e)
        {
            case RpcException refused:
                NoteDenied(refused.StatusCode, context, request);
                return refused;
            case InvalidProtocolBufferException:
                // From a stream of a library's service. Our own services read by CheckedBinder.
                return CheckedBinder.Unreadable();
            case StoreException store:
                StoreFailed(logger, context.Method, e);
                return GrpcErrors.ToException(store.Error, context);
            case IOException:
            case OperationCanceledException
            or InvalidOperationException when context.CancellationToken.IsCancellationRequested:
                // The caller is gone or its deadline has passed, so nobody is answered. A broken stream may be seen
                // before the token is cancelled. An I/O error is always the connection's: the store throws its own
                // exceptions.
                NoteRead(context, request);
                Cancelled(logger, context.Method);
                return new RpcException(global::Grpc.Core.Status.DefaultCancelled);
            default:
                Failed(logger, context.Method, TraceId.Of(context.GetHttpContext()), e);
                return GrpcErrors.ToException(
                    Error.Of(
                        ErrorCode.Internal,
                        "The node failed; its log holds the trace id given here.",
                        "节点内部错误，请按 traceId 查询日志。"
                    ),
                    context
                );
        }
    }

    [LoggerMessage(
        EventId = 30,
        EventName = "CallCancelled",
        Level = LogLevel.Information,
        Message = "{Method} was cancelled by its caller."
    )]
    private static partial void Cancelled(ILogger logger, string method);

    [LoggerMessage(
        EventId = 31,
        EventName = "CallStoreFailed",
        Level = LogLevel.Warning,
        Message = "{Method}: the store failed."
    )]
    private static partial void StoreFailed(ILogger logger, string method, Exception cause);

    [LoggerMessage(
        EventId = 32,
        EventName = "CallFailed",
        Level = LogLevel.Error,
        Message = "{Method} failed, trace {TraceId}."
    )]
    private static partial void Failed(ILogger logger, string method, string traceId, Exception cause);
}
