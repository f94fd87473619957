using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
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

    private const int BytesOfEach = (BatchReader<ItemRegistration>.MaxBytes / ItemRegistrar.MaxOfCall) + 1;

    private const string ManyName = "RegisterMany";
    private const string StreamName = "RegisterStream";

    private static readonly Marshaller<StreamedItem<ItemRegistration>> Items = CheckedBinder.Checked(
        Marshallers.Create<StreamedItem<ItemRegistration>>(static (_, _) => throw new NotSupportedException(), Read),
        V1.RegisterRequest.Descriptor
    );

    private static readonly Method<StreamedItem<ItemRegistration>, V1.RegisterManyResponse> Many = new(
        MethodType.ClientStreaming,
        V1.Registry.Descriptor.FullName,
        ManyName,
        Items,
        Answers(V1.RegisterManyResponse.Parser)
    );

    private static readonly Method<StreamedItem<ItemRegistration>, V1.RegisterResult> Stream = new(
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

    private static StreamedItem<ItemRegistration> Read(DeserializationContext context)
    {
        var reader = new RegistrationWireReader();
        reader.MergeFrom(context.PayloadAsReadOnlySequence());
        // So a batch of a stream has no more links and events than RegisterBatch takes, but for those of its last item.
        var bytes = Math.Max(context.PayloadLength, reader.Happened * BytesOfEach);
        return new StreamedItem<ItemRegistration>(reader.ToItem(), bytes);
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
