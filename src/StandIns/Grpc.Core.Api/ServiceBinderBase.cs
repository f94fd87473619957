namespace Grpc.Core;

/// <summary>Takes the methods of a service; each kind has to be overridden to be taken.</summary>
public abstract class ServiceBinderBase
{
    /// <summary>Takes a method with one request and one response.</summary>
    /// <typeparam name="TRequest">Its requests.</typeparam>
    /// <typeparam name="TResponse">Its responses.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">Its implementation; null when only the shape of the service is asked for.</param>
    /// <exception cref="NotImplementedException">Not overridden.</exception>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        UnaryServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class
        => throw new NotImplementedException();

    /// <summary>Takes a method with a stream of requests and one response.</summary>
    /// <typeparam name="TRequest">Its requests.</typeparam>
    /// <typeparam name="TResponse">Its responses.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">Its implementation; null when only the shape of the service is asked for.</param>
    /// <exception cref="NotImplementedException">Not overridden.</exception>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        ClientStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class
        => throw new NotImplementedException();

    /// <summary>Takes a method with one request and a stream of responses.</summary>
    /// <typeparam name="TRequest">Its requests.</typeparam>
    /// <typeparam name="TResponse">Its responses.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">Its implementation; null when only the shape of the service is asked for.</param>
    /// <exception cref="NotImplementedException">Not overridden.</exception>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        ServerStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class
        => throw new NotImplementedException();

    /// <summary>Takes a method with two streams.</summary>
    /// <typeparam name="TRequest">Its requests.</typeparam>
    /// <typeparam name="TResponse">Its responses.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">Its implementation; null when only the shape of the service is asked for.</param>
    /// <exception cref="NotImplementedException">Not overridden.</exception>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class
        => throw new NotImplementedException();
}
