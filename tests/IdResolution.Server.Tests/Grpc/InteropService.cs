using Google.Protobuf;
using Grpc.Core;
using IdResolution.Server.Tests.Grpc.Interop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>
/// The service of the official interoperability cases, by their description (grpc/doc/interop-test-descriptions.md).
/// </summary>
internal sealed class InteropService : TestService.TestServiceBase
{
    private const string EchoInitial = "x-grpc-test-echo-initial";
    private const string EchoTrailing = "x-grpc-test-echo-trailing-bin";

    private static readonly object CompressedFlag = new();

    /// <summary>Maps the service; what comes to it is looked at on the wire first.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGrpcService<InteropService>()
            .Add(builder =>
            {
                var inner = builder.RequestDelegate!;
                builder.RequestDelegate = async context =>
                {
                    if (context.Request.Path.Value!.EndsWith("/" + nameof(Unary), StringComparison.Ordinal))
                    {
                        await NoteCompressedFlagAsync(context);
                    }
                    await inner(context);
                };
            });

    public override Task<EmptyMessage> Empty(EmptyMessage request, ServerCallContext context) =>
        Task.FromResult(new EmptyMessage());

    public override async Task<UnaryResponse> Unary(UnaryRequest request, ServerCallContext context)
    {
        await EchoMetadataAsync(context);
        ThrowIfAsked(request.ResponseStatus);
        if (
            request.HasExpectCompressed
            && request.ExpectCompressed != context.GetHttpContext().Items.ContainsKey(CompressedFlag)
        )
        {
            throw new RpcException(
                new Status(
                    StatusCode.InvalidArgument,
                    $"The message came {(request.ExpectCompressed ? "plain" : "compressed")}."
                )
            );
        }
        if (request is { HasResponseCompressed: true, ResponseCompressed: false })
        {
            context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        }
        return new UnaryResponse { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task<ClientStreamingResponse> ClientStreaming(
        IAsyncStreamReader<ClientStreamingRequest> requestStream,
        ServerCallContext context
    )
    {
        var size = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            size += requestStream.Current.Payload.Length;
        }
        return new ClientStreamingResponse { AggregatedPayloadSize = size };
    }

    public override Task ServerStreaming(
        StreamingRequest request,
        IServerStreamWriter<StreamingResponse> responseStream,
        ServerCallContext context
    ) => AnswerAsync(request, responseStream, context);

    public override async Task FullDuplex(
        IAsyncStreamReader<StreamingRequest> requestStream,
        IServerStreamWriter<StreamingResponse> responseStream,
        ServerCallContext context
    )
    {
        await EchoMetadataAsync(context);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            await AnswerAsync(requestStream.Current, responseStream, context);
        }
    }

    private static async Task AnswerAsync(
        StreamingRequest request,
        IServerStreamWriter<StreamingResponse> responses,
        ServerCallContext context
    )
    {
        ThrowIfAsked(request.ResponseStatus);
        foreach (var response in request.Responses)
        {
            if (response.HasIntervalUs)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(response.IntervalUs), context.CancellationToken);
            }
            await responses.WriteAsync(
                new StreamingResponse { Payload = Zeros(response.Size) },
                context.CancellationToken
            );
        }
    }

    private static async Task EchoMetadataAsync(ServerCallContext context)
    {
        if (context.RequestHeaders.Get(EchoInitial) is { } initial)
        {
            await context.WriteResponseHeadersAsync(new Metadata { initial });
        }
        if (context.RequestHeaders.Get(EchoTrailing) is { } trailing)
        {
            context.ResponseTrailers.Add(trailing);
        }
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is not null)
        {
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
        }
    }

    private static ByteString Zeros(int count) => UnsafeByteOperations.UnsafeWrap(new byte[count]);

    /// <summary>The first byte of a message says whether it is compressed; the server does not hand it on.</summary>
    private static async Task NoteCompressedFlagAsync(HttpContext context)
    {
        var body = context.Request.BodyReader;
        var first = await body.ReadAsync(context.RequestAborted);
        if (first.Buffer.FirstSpan is [1, ..])
        {
            context.Items[CompressedFlag] = true;
        }
        body.AdvanceTo(first.Buffer.Start);
    }
}
