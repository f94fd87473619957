using Google.Protobuf;
using Grpc.Core;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Binds the methods of a generated service as they are, but that bytes which are no message end the call with
/// INVALID_ARGUMENT: left to itself the server (2.85.0 too) takes them for a fault of its own, UNKNOWN and an error in
/// the log, and reads single messages ahead of interceptors.
/// </summary>
/// <param name="inner">The server's binder.</param>
/// <param name="except">Methods bound elsewhere.</param>
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

    /// <summary>A request marshaller that refuses what it cannot read.</summary>
    public static Marshaller<T> Checked<T>(Marshaller<T> marshaller) =>
        Marshallers.Create(
            marshaller.ContextualSerializer,
            context =>
            {
                try
                {
                    return marshaller.ContextualDeserializer(context);
                }
                catch (InvalidProtocolBufferException)
                {
                    throw Unreadable();
                }
            }
        );

    /// <summary>What ends a call whose message cannot be read.</summary>
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
        new(method.Type, method.ServiceName, method.Name, Checked(method.RequestMarshaller), method.ResponseMarshaller);
}
