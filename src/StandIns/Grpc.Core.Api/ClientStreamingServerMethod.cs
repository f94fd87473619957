namespace Grpc.Core;

/// <summary>The implementation of a method with a stream of requests and one response.</summary>
/// <typeparam name="TRequest">Its requests.</typeparam>
/// <typeparam name="TResponse">Its responses.</typeparam>
/// <param name="requestStream">The requests.</param>
/// <param name="context">The call.</param>
public delegate Task<TResponse> ClientStreamingServerMethod<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;
