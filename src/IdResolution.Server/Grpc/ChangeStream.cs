using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Streams the change log until the caller ends the call. Thread-safe.</summary>
internal sealed class ChangeStream(
    ChangeFeed feed,
    ApiKeyAuthenticator callers,
    TimeProvider time,
    IHostApplicationLifetime lifetime
)
{
    private const int Page = 200;

    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    public async Task WriteAsync(
        V1.WatchRequest request,
        IServerStreamWriter<V1.WatchResponse> responseStream,
        ServerCallContext context
    )
    {
        var caller = context.GetHttpContext().Caller();
        var head = (await feed.HeadAsync(caller, context.CancellationToken)).OrThrow(context);
        var after = Start(request, head, context);
        // The first answer tells the caller that it is served, and from which point.
        await responseStream.WriteAsync(new V1.WatchResponse { Cursor = after }, context.CancellationToken);
        var quietSince = time.GetTimestamp();
        while (true)
        {
            // One page at a time; each message waits until the caller has room for it.
            var page = (await feed.ReadAsync(after, Page, caller, context.CancellationToken)).OrThrow(context);
            if (page.Next > after)
            {
                await WriteAsync(page, responseStream, context.CancellationToken);
                (after, quietSince) = (page.Next, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(quietSince) >= SignOfLife)
            {
                await responseStream.WriteAsync(new V1.WatchResponse { Cursor = after }, context.CancellationToken);
                quietSince = time.GetTimestamp();
            }
            await WaitAsync(page, context);
            // The key is checked after each page, so that revoking it ends its streams too.
            caller = await CallerAsync(context);
        }
    }

    /// <summary>Waits for the entries after a page. Ends the call if the node stops.</summary>
    private async Task WaitAsync(ChangePage page, ServerCallContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw GrpcErrors.ToException(ShutdownError.Error, context);
        }
        if (!page.IsFull)
        {
            await feed.WaitAsync(page.Next, CheckEvery, lifetime.ApplicationStopping, context.CancellationToken);
        }
    }

    /// <summary>The sequence number after which the stream begins.</summary>
    private static long Start(V1.WatchRequest request, long head, ServerCallContext context)
    {
        var after = request.FromNow ? head : request.After;
        if (after >= 0 && after <= head)
        {
            return after;
        }
        throw GrpcErrors.ToException(
            Error.Of(
                ErrorCode.InvalidValue,
                $"after must be 0 to {head}, where the log ends now.",
                $"after 应为 0 至 {head}（日志当前末尾）。",
                "after"
            ),
            context
        );
    }

    private async Task<Caller> CallerAsync(ServerCallContext context)
    {
        var authorization = context.GetHttpContext().Request.Headers.Authorization;
        return (await callers.GetAsync(authorization, context.CancellationToken)).OrThrow(context);
    }

    /// <summary>
    /// Writes the changes of a page that the caller may see. The last message carries the page's cursor.
    /// </summary>
    private static async Task WriteAsync(
        ChangePage page,
        IServerStreamWriter<V1.WatchResponse> responseStream,
        CancellationToken cancellationToken
    )
    {
        foreach (var change in page.Changes)
        {
            responseStream.WriteOptions = change.Sequence == page.Next ? null : Buffered;
            await responseStream.WriteAsync(
                new V1.WatchResponse { Cursor = change.Sequence, Change = ToMessage(change) },
                cancellationToken
            );
        }
        if (page.Changes.Count == 0 || page.Changes[^1].Sequence < page.Next)
        {
            responseStream.WriteOptions = null;
            await responseStream.WriteAsync(new V1.WatchResponse { Cursor = page.Next }, cancellationToken);
        }
    }

    private static V1.Change ToMessage(ShownChange change)
    {
        var message = new V1.Change
        {
            Sequence = change.Sequence,
            // The log and the messages use the same numbers.
            Kind = (V1.ChangeKind)change.Kind,
            Operation = (V1.ChangeOperation)change.Operation,
            Version = change.Version,
            Time = Timestamp.FromDateTimeOffset(change.Time),
            Leaf = Google.Protobuf.ByteString.CopyFrom(change.Leaf),
        };
        if (change.Identifier is { } identifier)
        {
            message.Identifier = identifier;
        }
        if (change.Template is { } template)
        {
            message.Template = template;
        }
        if (change.Code is { } code)
        {
            message.Code = code;
        }
        if (change.Actor is { } actor)
        {
            message.Actor = actor;
        }
        return message;
    }
}
