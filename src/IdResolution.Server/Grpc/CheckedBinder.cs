using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Binds the methods of a generated service. Bytes that are not a valid message end the call with INVALID_ARGUMENT. By
/// itself the server (2.85.0 too) treats them as its own fault: status UNKNOWN and an error in the log. It reads single
/// messages before interceptors run, so an interceptor cannot help.
/// </summary>
/// <param name="inner">The server's binder.</param>
/// <param name="except">The names of methods that are bound elsewhere.</param>
internal sealed class CheckedBinder(ServiceBinderBase inner, params IReadOnlyList<string> except) : ServiceBinderBase
{
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        UnaryServerMethod<TRequest, TResponse>? handler
    )
    {
        if (!except.Contains(method.Name))
        {
            inner.AddMethod(Checked(method), handler!);
        }
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        ClientStreamingServerMethod<TRequest, TResponse>? handler
    )
    {
        if (!except.Contains(method.Name))
        {
            inner.AddMethod(Checked(method), handler!);
        }
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        ServerStreamingServerMethod<TRequest, TResponse>? handler
    ) => inner.AddMethod(Checked(method), handler!);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        DuplexStreamingServerMethod<TRequest, TResponse>? handler
    )
    {
        if (!except.Contains(method.Name))
        {
            inner.AddMethod(Checked(method), handler!);
        }
    }

    /// <summary>A marshaller that ends the call with <see cref="Unreadable"/> if a request cannot be read.</summary>
    /// <param name="marshaller">The marshaller of the messages themselves.</param>
    /// <param name="type">What they are, to bound their elements; null where the marshaller makes no message.</param>
    public static Marshaller<T> Checked<T>(Marshaller<T> marshaller, MessageDescriptor? type = null) =>
        Marshallers.Create(
            marshaller.ContextualSerializer,
            context =>
            {
                try
                {
                    if (type is not null)
                    {
                        ElementCounter.Check(type, context);
                    }
                    return marshaller.ContextualDeserializer(context);
                }
                catch (InvalidProtocolBufferException)
                {
                    throw Unreadable();
                }
            }
        );

    /// <summary>The exception that ends a call whose message cannot be read.</summary>
    public static RpcException Unreadable() =>
        new(
            new Status(
                StatusCode.InvalidArgument,
                "The message cannot be read: it is not the protobuf message of this method."
            )
        );

    private static Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        new(
            method.Type,
            method.ServiceName,
            method.Name,
            Checked(method.RequestMarshaller, TypeOf(method.ServiceName, method.Name)),
            method.ResponseMarshaller
        );

    private static MessageDescriptor? TypeOf(string service, string method)
    {
        foreach (var known in GrpcApi.Services)
        {
            if (known.FullName == service)
            {
                return known.FindMethodByName(method)?.InputType;
            }
        }
        return null;
    }
}
