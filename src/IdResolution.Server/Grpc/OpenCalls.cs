using Grpc.AspNetCore.Server;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Limits the gRPC calls that run at once, of each network and in all: each holds memory for as long as its caller
/// likes. Streams have shares of their own, since a call that is answered at once is no reason to refuse a Watch.
/// Thread-safe.
/// </summary>
internal sealed class OpenCalls
{
    private readonly SourceShares _streams = new(most: 10_000, mostEach: 500);
    private readonly SourceShares _unary = new(most: 20_000, mostEach: 2_000);

    // Nobody without a key can use these up.
    private readonly SourceShares _withKey = new(most: 50_000, mostEach: 5_000);

    /// <summary>Streams and other calls that run.</summary>
    public long Held => _streams.Held + _unary.Held + _withKey.Held;

    /// <summary>Goes on with a call, as one that runs until then; or gives why not.</summary>
    public Error? TryRun(HttpContext context, RequestDelegate next, out Task call)
    {
        var shares = SharesOf(context);
        var source = context.Source();
        if (!shares.TryTake(source))
        {
            call = Task.CompletedTask;
            return Error.Of(
                ErrorCode.TooMany,
                "Too many calls from this network are open at once: end some first.",
                "来自该网络的并发调用过多，请先结束一部分。"
            );
        }
        try
        {
            call = next(context);
        }
        catch
        {
            shares.Return(source);
            throw;
        }
        if (call.IsCompleted)
        {
            shares.Return(source);
        }
        else
        {
            call = ReturnAfterAsync(call, shares, source);
        }
        return null;
    }

    private SourceShares SharesOf(HttpContext context)
    {
        if (!context.Caller().IsAnonymous)
        {
            return _withKey;
        }
        var method = context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method;
        return method is null or { Type: MethodType.Unary } ? _unary : _streams;
    }

    private static async Task ReturnAfterAsync(Task call, SourceShares shares, NetworkSource source)
    {
        try
        {
            await call;
        }
        finally
        {
            shares.Return(source);
        }
    }
}
