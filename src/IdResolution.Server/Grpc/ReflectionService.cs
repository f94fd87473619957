using Grpc.Core;
using Grpc.Reflection.V1;

namespace IdResolution.Server.Grpc;

/// <summary>Server reflection, version 1.</summary>
[BindServiceMethod(typeof(ReflectionService), nameof(Bind))]
internal sealed class ReflectionService(IHostApplicationLifetime lifetime) : ServerReflection.ServerReflectionBase
{
    /// <summary>Binds the service.</summary>
    public static void Bind(ServiceBinderBase binder, ServerReflection.ServerReflectionBase? service) => ServerReflection.BindService(new CheckedBinder(binder), service);

    public override Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context) =>
        AnswerAsync(requestStream, responseStream, lifetime, context, static question => ReflectionIndex.Answer(question));

    /// <summary>Answers each question in order, until there are no more or the node stops.</summary>
    public static async Task AnswerAsync<TQuestion, TAnswer>(
        IAsyncStreamReader<TQuestion> questions, IServerStreamWriter<TAnswer> answers, IHostApplicationLifetime lifetime, ServerCallContext context, Func<TQuestion, TAnswer> answer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            while (await questions.MoveNext(stop.Token))
            {
                await answers.WriteAsync(answer(questions.Current), context.CancellationToken);
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw GrpcErrors.ToException(Stops.Error, context);
        }
    }
}
