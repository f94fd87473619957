namespace Grpc.Core;

/// <summary>A method of a service.</summary>
/// <typeparam name="TRequest">Its requests.</typeparam>
/// <typeparam name="TResponse">Its responses.</typeparam>
public class Method<TRequest, TResponse> : IMethod
{
    /// <summary>Makes a method.</summary>
    /// <param name="type">The shape.</param>
    /// <param name="serviceName">The service, with its package.</param>
    /// <param name="name">The method without its service.</param>
    /// <param name="requestMarshaller">Reads and writes requests.</param>
    /// <param name="responseMarshaller">Reads and writes responses.</param>
    /// <exception cref="ArgumentNullException">An argument is missing.</exception>
    public Method(
        MethodType type,
        string serviceName,
        string name,
        Marshaller<TRequest> requestMarshaller,
        Marshaller<TResponse> responseMarshaller)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(requestMarshaller);
        ArgumentNullException.ThrowIfNull(responseMarshaller);
        Type = type;
        ServiceName = serviceName;
        Name = name;
        RequestMarshaller = requestMarshaller;
        ResponseMarshaller = responseMarshaller;
        FullName = $"/{serviceName}/{name}";
    }

    /// <inheritdoc />
    public MethodType Type { get; }

    /// <inheritdoc />
    public string ServiceName { get; }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public string FullName { get; }

    /// <summary>Reads and writes requests.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; }

    /// <summary>Reads and writes responses.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; }
}
