using System.Buffers;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using IdResolution.Core.Coherence;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Binds <c>Resolver/Resolve</c> and <c>ResolveBatch</c>. Their marshallers write the bytes kept with records, so an L1
/// hit builds no message.
/// </summary>
internal sealed class ResolveMethods : IServiceMethodProvider<ResolverService>
{
    public const string Name = "Resolve";

    public const string BatchName = "ResolveBatch";

    private static readonly Method<V1.ResolveRequest, Rendering> Method = new(
        MethodType.Unary,
        V1.Resolver.Descriptor.FullName,
        Name,
        Request(V1.ResolveRequest.Parser),
        Marshallers.Create<Rendering>(Write, static _ => throw new NotSupportedException())
    );

    private static readonly Method<V1.ResolveBatchRequest, BatchAnswer> Batch = new(
        MethodType.Unary,
        V1.Resolver.Descriptor.FullName,
        BatchName,
        Request(V1.ResolveBatchRequest.Parser),
        Marshallers.Create<BatchAnswer>(
            static (answer, context) => answer.WriteTo(context),
            static _ => throw new NotSupportedException()
        )
    );

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ResolverService> context)
    {
        context.AddUnaryMethod(Method, [], static (service, request, call) => service.ResolveAsync(request, call));
        context.AddUnaryMethod(Batch, [], static (service, request, call) => service.ResolveBatchAsync(request, call));
    }

    private static Marshaller<T> Request<T>(MessageParser<T> parser)
        where T : IMessage<T> =>
        CheckedBinder.Checked(
            Marshallers.Create(
                static (_, _) => throw new NotSupportedException(),
                context => parser.ParseFrom(context.PayloadAsReadOnlySequence())
            )
        );

    private static void Write(Rendering rendering, SerializationContext context)
    {
        context.SetPayloadLength(rendering.Body.Length);
        context.GetBufferWriter().Write(rendering.Body);
        context.Complete();
    }
}
