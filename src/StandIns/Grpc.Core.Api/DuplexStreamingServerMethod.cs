namespace Grpc.Core;

/// <summary>The implementation of a method with two streams; that of responses ends with the task.</summary>
/// <typeparam name="TRequest">Its requests.</typeparam>
/// <typeparam name="TResponse">Its responses.</typeparam>
/// <param name="requestStream">The requests.</param>
/// <param name="responseStream">The responses.</param>
/// <param name="context">The call.</param>
public delegate Task DuplexStreamingServerMethod<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;
