namespace Grpc.Core;

/// <summary>The implementation of a method with one request and a stream of responses, which ends with the task.</summary>
/// <typeparam name="TRequest">Its requests.</typeparam>
/// <typeparam name="TResponse">Its responses.</typeparam>
/// <param name="request">The request.</param>
/// <param name="responseStream">The responses.</param>
/// <param name="context">The call.</param>
public delegate Task ServerStreamingServerMethod<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;
