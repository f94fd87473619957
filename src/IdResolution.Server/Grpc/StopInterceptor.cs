using Grpc.Core;
using Grpc.Core.Interceptors;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Ends the two-way streams of a library's services when the node stops. Otherwise they wait for their callers and
/// delay the stop.
/// </summary>
internal sealed class StopInterceptor(IHostApplicationLifetime lifetime) : Interceptor
{
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation
    ) =>
        continuation(
            new Requests<TRequest>(requestStream, context, lifetime.ApplicationStopping),
            responseStream,
            context
        );

    private sealed class Requests<T>(IAsyncStreamReader<T> inner, ServerCallContext context, CancellationToken stopping)
        : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
            try
            {
                return await inner.MoveNext(stop.Token);
            }
            catch (OperationCanceledException)
                when (stopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
            {
                throw GrpcErrors.ToException(ShutdownError.Error, context);
            }
        }
    }
}
