using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Registration;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Binds <c>Registry/RegisterMany</c> and <c>RegisterStream</c>. Their marshaller reads items by
/// <see cref="RegistrationWireReader"/>.
/// </summary>
internal sealed class RegisterMethods : IServiceMethodProvider<RegistryService>
{
    public static readonly IReadOnlyList<string> Names = [ManyName, StreamName];

    private static readonly object[] Needed = [new RoleNeededAttribute(Role.Registrar)];

    private const string ManyName = "RegisterMany";
    private const string StreamName = "RegisterStream";

    private static readonly Marshaller<StreamedItem<RegistrationRequest>> Items = CheckedBinder.Checked(
        Marshallers.Create<StreamedItem<RegistrationRequest>>(static (_, _) => throw new NotSupportedException(), Read)
    );

    private static readonly Method<StreamedItem<RegistrationRequest>, V1.RegisterManyResponse> Many = new(
        MethodType.ClientStreaming,
        V1.Registry.Descriptor.FullName,
        ManyName,
        Items,
        Answers(V1.RegisterManyResponse.Parser)
    );

    private static readonly Method<StreamedItem<RegistrationRequest>, V1.RegisterResult> Stream = new(
        MethodType.DuplexStreaming,
        V1.Registry.Descriptor.FullName,
        StreamName,
        Items,
        Answers(V1.RegisterResult.Parser)
    );

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<RegistryService> context)
    {
        context.AddClientStreamingMethod(
            Many,
            Needed,
            static (service, items, call) => service.RegisterManyAsync(items, call)
        );
        context.AddDuplexStreamingMethod(
            Stream,
            Needed,
            static (service, items, answers, call) => service.RegisterStreamAsync(items, answers, call)
        );
    }

    private static StreamedItem<RegistrationRequest> Read(DeserializationContext context)
    {
        var reader = new RegistrationWireReader();
        reader.MergeFrom(context.PayloadAsReadOnlySequence());
        return new StreamedItem<RegistrationRequest>(reader.ToRequest(), context.PayloadLength);
    }

    private static Marshaller<T> Answers<T>(MessageParser<T> parser)
        where T : IMessage<T> =>
        Marshallers.Create(
            static (T message, SerializationContext context) => Write(message, context),
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence())
        );

    private static void Write(IMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
