namespace Grpc.Core;

/// <summary>The implementation of a method with one request and one response.</summary>
/// <typeparam name="TRequest">Its requests.</typeparam>
/// <typeparam name="TResponse">Its responses.</typeparam>
/// <param name="request">The request.</param>
/// <param name="context">The call.</param>
public delegate Task<TResponse> UnaryServerMethod<TRequest, TResponse>(TRequest request, ServerCallContext context)
    where TRequest : class
    where TResponse : class;
