namespace Grpc.Core.Interceptors;

/// <summary>Comes between the server and the implementations of methods; by default it only passes calls on.</summary>
public abstract class Interceptor
{
    /// <summary>Handles a call with one request and one response.</summary>
    /// <typeparam name="TRequest">The requests.</typeparam>
    /// <typeparam name="TResponse">The responses.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="context">The call.</param>
    /// <param name="continuation">The next interceptor, or the implementation.</param>
    public virtual Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
        => continuation(request, context);

    /// <summary>Handles a call with a stream of requests and one response.</summary>
    /// <typeparam name="TRequest">The requests.</typeparam>
    /// <typeparam name="TResponse">The responses.</typeparam>
    /// <param name="requestStream">The requests.</param>
    /// <param name="context">The call.</param>
    /// <param name="continuation">The next interceptor, or the implementation.</param>
    public virtual Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
        => continuation(requestStream, context);

    /// <summary>Handles a call with one request and a stream of responses.</summary>
    /// <typeparam name="TRequest">The requests.</typeparam>
    /// <typeparam name="TResponse">The responses.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="responseStream">The responses.</param>
    /// <param name="context">The call.</param>
    /// <param name="continuation">The next interceptor, or the implementation.</param>
    public virtual Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
        => continuation(request, responseStream, context);

    /// <summary>Handles a call with two streams.</summary>
    /// <typeparam name="TRequest">The requests.</typeparam>
    /// <typeparam name="TResponse">The responses.</typeparam>
    /// <param name="requestStream">The requests.</param>
    /// <param name="responseStream">The responses.</param>
    /// <param name="context">The call.</param>
    /// <param name="continuation">The next interceptor, or the implementation.</param>
    public virtual Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
        => continuation(requestStream, responseStream, context);
}
