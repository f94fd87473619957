using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Streams the change log until the caller ends the call. Thread-safe.</summary>
internal sealed class ChangeStream(
    ChangeFeed feed,
    ApiKeyAuthenticator callers,
    PartnerCursors cursors,
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
        var after = request.FromNow ? head : cursors.Open(Read(request.Cursor, context), caller);
        var isServed = false;
        var quietSince = time.GetTimestamp();
        while (true)
        {
            // One page at a time; each message waits until the caller has room for it.
            var read = await feed.ReadAsync(after, Page, caller, context.CancellationToken);
            var page = read.TryGet(out var taken, out var error) ? taken : throw Refusal(error, context);
            if (!isServed)
            {
                // The first answer tells the caller that it is served, and from which point.
                await responseStream.WriteAsync(
                    new V1.WatchResponse { Next = Told(page.Next with { Sequence = after.Sequence }, caller) },
                    context.CancellationToken
                );
                isServed = true;
            }
            if (ChangeFeed.HasNews(page, after, caller))
            {
                await WriteAsync(page, responseStream, caller, context.CancellationToken);
                (after, quietSince) = (page.Next, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(quietSince) >= SignOfLife)
            {
                await responseStream.WriteAsync(
                    new V1.WatchResponse { Next = Told(page.Next with { Sequence = after.Sequence }, caller) },
                    context.CancellationToken
                );
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
            await feed.WaitAsync(page.Seen, CheckEvery, lifetime.ApplicationStopping, context.CancellationToken);
        }
    }

    private static LogCursor Read(string text, ServerCallContext context)
    {
        if (text.Length == 0)
        {
            return default;
        }
        return LogCursor.TryParse(text, out var cursor) ? cursor : throw Refusal(LogErrors.NoCursor(), context);
    }

    /// <summary>The core names the cursor as REST does.</summary>
    private static RpcException Refusal(Error error, ServerCallContext context) =>
        GrpcErrors.ToException(error.Field == "after" ? error with { Field = "cursor" } : error, context);

    private async Task<Caller> CallerAsync(ServerCallContext context)
    {
        var authorization = context.GetHttpContext().Request.Headers.Authorization;
        var caller = (
            await callers.GetAsync(authorization, context.GetHttpContext().Source(), context.CancellationToken)
        ).OrThrow(context);
        // The owner may have asked for what a partner sees.
        return context.GetHttpContext().Caller() is { Partner: { } partner } && caller.Partner is null
            ? caller with
            {
                Role = Role.Partner,
                Partner = partner,
            }
            : caller;
    }

    /// <summary>
    /// Writes the changes of a page that the caller may see. The last message carries the page's cursor.
    /// </summary>
    private async Task WriteAsync(
        ChangePage page,
        IServerStreamWriter<V1.WatchResponse> responseStream,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        foreach (var change in page.Changes)
        {
            responseStream.WriteOptions = change.Sequence == page.Next.Sequence ? null : Buffered;
            var cursor = page.Next with { Sequence = change.Sequence };
            await responseStream.WriteAsync(
                new V1.WatchResponse { Next = Told(cursor, caller), Change = ToMessage(change, caller) },
                cancellationToken
            );
        }
        if (page.Changes.Count == 0 || page.Changes[^1].Sequence < page.Next.Sequence)
        {
            responseStream.WriteOptions = null;
            await responseStream.WriteAsync(new V1.WatchResponse { Next = Told(page.Next, caller) }, cancellationToken);
        }
    }

    private string Told(LogCursor cursor, Caller caller) => cursors.Close(cursor, caller).ToString();

    private static V1.Change ToMessage(ShownChange change, Caller caller)
    {
        var message = new V1.Change
        {
            // A partner is not told how many entries there are that it does not see.
            Sequence = caller.Partner is null ? change.Sequence : 0,
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
