using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace IdResolution.Server.Grpc;

/// <summary>Server reflection as it was before version 1, which many tools still ask for: the same messages under another name.</summary>
[BindServiceMethod(typeof(ReflectionAlphaService), nameof(Bind))]
internal sealed class ReflectionAlphaService(IHostApplicationLifetime lifetime) : ServerReflection.ServerReflectionBase
{
    /// <summary>Binds the service.</summary>
    public static void Bind(ServiceBinderBase binder, ServerReflection.ServerReflectionBase? service) => ServerReflection.BindService(new CheckedBinder(binder), service);

    public override Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context) =>
        ReflectionService.AnswerAsync(requestStream, responseStream, lifetime, context, static question =>
            ServerReflectionResponse.Parser.ParseFrom(
                ReflectionIndex.Answer(global::Grpc.Reflection.V1.ServerReflectionRequest.Parser.ParseFrom(question.ToByteArray())).ToByteArray()));
}
