using System.Buffers;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using IdResolution.Core.Coherence;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Binds <c>Resolver/Resolve</c>. Its marshaller writes the bytes kept with a record, so an L1 hit builds no message.
/// </summary>
internal sealed class ResolveMethod : IServiceMethodProvider<ResolverService>
{
    public const string Name = "Resolve";

    private static readonly Method<V1.ResolveRequest, Rendering> Method = new(
        MethodType.Unary,
        V1.Resolver.Descriptor.FullName,
        Name,
        CheckedBinder.Checked(
            Marshallers.Create(
                static (_, _) => throw new NotSupportedException(),
                static context => V1.ResolveRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence())
            )
        ),
        Marshallers.Create<Rendering>(Write, static _ => throw new NotSupportedException())
    );

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ResolverService> context) =>
        context.AddUnaryMethod(Method, [], static (service, request, call) => service.ResolveAsync(request, call));

    private static void Write(Rendering rendering, SerializationContext context)
    {
        context.SetPayloadLength(rendering.Body.Length);
        context.GetBufferWriter().Write(rendering.Body);
        context.Complete();
    }
}
