using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Core.Views;
using IdResolution.Server.Hosting;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Resolver</c>. <see cref="ResolveAsync"/> is the hot path and bound by <see cref="ResolveMethod"/>.</summary>
[BindServiceMethod(typeof(ResolverService), nameof(Bind))]
internal sealed class ResolverService(Node node, Callers callers, IHostApplicationLifetime lifetime) : V1.Resolver.ResolverBase
{
    private const int MaxBatch = 1_000;
    private const int MaxScanBytes = 16_384;
    private const int Page = 200;

    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    /// <summary>Binds all methods but the hot one.</summary>
    public static void Bind(ServiceBinderBase binder, V1.Resolver.ResolverBase? service) =>
        V1.Resolver.BindService(new CheckedBinder(binder, ResolveMethod.Name), service);

    /// <summary>Answers an L1 hit with the bytes kept; everything else goes by <see cref="RenderAsync"/>.</summary>
    public Task<Rendering> ResolveAsync(V1.ResolveRequest request, ServerCallContext context)
    {
        Span<byte> key = stackalloc byte[LookupKey.MaxLength];
        var caller = context.GetHttpContext().Caller();
        if (LookupKey.TryFoldAscii(request.Identifier, key, out var length)
            && node.Reader.FindCached(key[..length], caller) is { } entry
            && entry.Find(caller.Projection, RenderingForm.Protobuf, node.Catalog.Current.TextEpoch) is { } rendering)
        {
            node.Reader.CountHit(entry);
            return Task.FromResult(Written(rendering, context));
        }
        return ResolveSlowlyAsync(request, caller, context);
    }

    public override async Task<V1.ResolveBatchResponse> ResolveBatch(V1.ResolveBatchRequest request, ServerCallContext context)
    {
        if (request.Identifiers.Count is 0 or > MaxBatch)
        {
            throw GrpcErrors.ToException(Error.Of(ErrorCode.InvalidValue, $"A batch has 1 to {MaxBatch} identifiers.", $"一批包含 1 至 {MaxBatch} 个标识。", "identifiers"), context);
        }
        var caller = context.GetHttpContext().Caller();
        var language = GrpcErrors.LanguageOf(context);
        var response = new V1.ResolveBatchResponse();
        var bytes = 0L;
        var foreign = TimeSpan.Zero;
        foreach (var identifier in request.Identifiers)
        {
            var began = node.Time.GetTimestamp();
            var parsed = Identifier.Parse(identifier);
            var isForeign = node.Foreign.IsOn && parsed.IsOk && !node.Catalog.Current.IsHomed(parsed.Value);
            // Others are asked one after the other, and all of them may not take longer than one of them may.
            var found = isForeign && foreign.TotalSeconds >= node.Options.Foreign.TimeoutSeconds
                ? Error.Of(ErrorCode.Unavailable, "Other nodes took too long to answer for this batch; ask again for this one.", "本批中其他节点应答耗时过长，请就此标识重新查询。")
                : bytes < node.Options.Limits.BatchBytes
                ? await RenderAsync(parsed, caller, context)
                : Error.Of(ErrorCode.TooLarge, $"The answer has {node.Options.Limits.BatchBytes} bytes already; ask for this one in another call.", $"应答已达 {node.Options.Limits.BatchBytes} 字节，请在另一次调用中查询。");
            foreign += isForeign ? node.Time.GetElapsedTime(began) : TimeSpan.Zero;
            bytes += found.IsOk ? found.Value.Body.Length : 0;
            response.Items.Add(found.IsOk
                ? new V1.ResolveResult { Record = V1.Record.Parser.ParseFrom(found.Value.Body) }
                : new V1.ResolveResult { Error = GrpcErrors.ToStatus(found.Error, language) });
        }
        return response;
    }

    public override async Task<V1.Record> Scan(V1.ScanRequest request, ServerCallContext context)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(request.Text) > MaxScanBytes)
        {
            throw GrpcErrors.ToException(Error.Of(ErrorCode.TooLarge, $"text has at most {MaxScanBytes} bytes.", $"text 最多 {MaxScanBytes} 字节。", "text"), context);
        }
        var found = await node.Scanner.FindAsync(request.Text, context.CancellationToken);
        var rendering = await RenderAsync(found, context.GetHttpContext().Caller(), context);
        return V1.Record.Parser.ParseFrom(rendering.OrThrow(context).Body);
    }

    [RoleNeeded(Role.Partner)]
    public override async Task Watch(V1.WatchRequest request, IServerStreamWriter<V1.WatchResponse> responseStream, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var head = (await node.Feed.HeadAsync(caller, context.CancellationToken)).OrThrow(context);
        var after = request.FromNow ? head : request.After;
        if (after < 0 || after > head)
        {
            throw GrpcErrors.ToException(Error.Of(ErrorCode.InvalidValue, $"after must be 0 to {head}, where the log ends now.", $"after 应为 0 至 {head}（日志当前末尾）。", "after"), context);
        }
        // The first answer tells the caller that it is being served, and from where.
        await responseStream.WriteAsync(new V1.WatchResponse { Cursor = after }, context.CancellationToken);
        var quietSince = node.Time.GetTimestamp();
        while (true)
        {
            // A page at a time, and each message waits until the caller has room for it.
            var page = (await node.Feed.ReadAsync(after, Page, caller, context.CancellationToken)).OrThrow(context);
            if (page.Next > after)
            {
                await WriteAsync(page, responseStream, context.CancellationToken);
                (after, quietSince) = (page.Next, node.Time.GetTimestamp());
            }
            else if (node.Time.GetElapsedTime(quietSince) >= SignOfLife)
            {
                await responseStream.WriteAsync(new V1.WatchResponse { Cursor = after }, context.CancellationToken);
                quietSince = node.Time.GetTimestamp();
            }
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                throw GrpcErrors.ToException(Stops.Error, context);
            }
            if (!page.IsFull)
            {
                await node.Feed.WaitAsync(after, CheckEvery, lifetime.ApplicationStopping, context.CancellationToken);
            }
            // Asked again and again, so that a key revoked ends its streams too.
            caller = (await callers.GetAsync(context.GetHttpContext().Request.Headers.Authorization, context.CancellationToken)).OrThrow(context);
        }
    }

    /// <summary>Writes what is shown of a page, the last message with the page's cursor.</summary>
    private static async Task WriteAsync(ChangePage page, IServerStreamWriter<V1.WatchResponse> responseStream, CancellationToken cancellationToken)
    {
        foreach (var change in page.Changes)
        {
            responseStream.WriteOptions = change.Sequence == page.Next ? null : Buffered;
            await responseStream.WriteAsync(new V1.WatchResponse { Cursor = change.Sequence, Change = ToMessage(change) }, cancellationToken);
        }
        if (page.Changes.Count == 0 || page.Changes[^1].Sequence < page.Next)
        {
            responseStream.WriteOptions = null;
            await responseStream.WriteAsync(new V1.WatchResponse { Cursor = page.Next }, cancellationToken);
        }
    }

    private async Task<Rendering> ResolveSlowlyAsync(V1.ResolveRequest request, Caller caller, ServerCallContext context)
    {
        var parsed = request.HasIdentifier ? Identifier.Parse(request.Identifier) : RequestReader.Missing("identifier");
        return Written((await RenderAsync(parsed, caller, context)).OrThrow(context), context);
    }

    private async ValueTask<Result<Rendering>> RenderAsync(Result<Identifier> parsed, Caller caller, ServerCallContext context)
    {
        if (!parsed.TryGet(out var identifier, out var error))
        {
            return error;
        }
        var end = await node.Reader.ReadAsync(identifier, caller, context.CancellationToken);
        if (end.Age is { } age && context.ResponseTrailers.Count == 0)
        {
            context.ResponseTrailers.Add("idr-stale", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }
        return end.Kind switch
        {
            ResolutionKind.Found => Kept(end.Entry!, caller.Projection),
            ResolutionKind.Foreign => ToRendering(RecordMessages.ToMessage(end.Foreign!), node.Catalog.Current.TextEpoch),
            ResolutionKind.Template => Error.Of(
                ErrorCode.NotFound,
                $"{identifier} names the template {end.Template!.Code}: ask GetTemplate.",
                $"{identifier} 是模板 {end.Template.Code} 的标识，请使用 GetTemplate。",
                "identifier"),
            _ => end.Error!,
        };
    }

    /// <summary>The record of an entry as a message's bytes for a projection, rendered once for each entry.</summary>
    private Rendering Kept(CachedRecord entry, Projection projection)
    {
        var known = node.Catalog.Current;
        return node.Cache.Rendered(
            entry,
            projection,
            RenderingForm.Protobuf,
            known.TextEpoch,
            stored => ToRendering(RecordMessages.ToMessage(RecordReader.Read(stored, known, projection)), known.TextEpoch));
    }

    private static Rendering ToRendering(V1.Record message, long epoch) =>
        new(Google.Protobuf.MessageExtensions.ToByteArray(message), "", epoch);

    private static Rendering Written(Rendering rendering, ServerCallContext context)
    {
        if (rendering.Body.Length < Compression.WorthIt)
        {
            context.WriteOptions = Plain;
        }
        return rendering;
    }

    private static V1.Change ToMessage(ShownChange change)
    {
        var message = new V1.Change
        {
            Sequence = change.Sequence,
            // The log's numbers are those of the messages.
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
