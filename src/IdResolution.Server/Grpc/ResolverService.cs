using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Resolver</c>. <see cref="ResolveAsync"/> is the hot path and bound by <see cref="ResolveMethod"/>.</summary>
[BindServiceMethod(typeof(ResolverService), nameof(Bind))]
internal sealed class ResolverService(Node node, Callers callers, IHostApplicationLifetime lifetime) : V1.Resolver.ResolverBase
{
    private const int MaxBatch = 1_000;
    private const int MaxScanBytes = 16_384;
    private const int Page = 200;

    // Below this a compressed answer is hardly shorter than the plain one.
    private const int WorthCompressing = 1_400;

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
            && (caller.Role != Role.Anonymous || node.Options.Access.AnonymousReads)
            && node.Resolver.FindCached(key[..length]) is { Record.Status: RecordStatus.Active } entry
            && entry[caller.View, RenderingForm.Protobuf] is { } rendering
            && rendering.Epoch == node.Catalog.Current.TextEpoch)
        {
            node.Resolver.CountHit(entry);
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

    public override async Task Watch(V1.WatchRequest request, IServerStreamWriter<V1.WatchResponse> responseStream, ServerCallContext context)
    {
        var caller = await CheckAsync(context);
        var head = await node.Log.HeadAsync(context.CancellationToken);
        var after = request.FromNow ? head : request.After;
        if (after < 0 || after > head)
        {
            throw GrpcErrors.ToException(Error.Of(ErrorCode.InvalidValue, $"after must be 0 to {head}, where the log ends now.", $"after 应为 0 至 {head}（日志当前末尾）。", "after"), context);
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        // The first answer tells the caller that it is being served, and from where.
        await responseStream.WriteAsync(new V1.WatchResponse { Cursor = after }, context.CancellationToken);
        var quietSince = node.Time.GetTimestamp();
        while (true)
        {
            // A page at a time, and each message waits until the caller has room for it.
            var changes = await node.Log.ReadAsync(after, Page, context.CancellationToken);
            for (var i = 0; i < changes.Count; i++)
            {
                var last = i == changes.Count - 1;
                var change = Shown(changes[i], caller);
                if (change is not null || last)
                {
                    responseStream.WriteOptions = last ? null : Buffered;
                    await responseStream.WriteAsync(new V1.WatchResponse { Cursor = changes[i].Sequence, Change = change }, context.CancellationToken);
                }
            }
            if (changes.Count > 0)
            {
                (after, quietSince) = (changes[^1].Sequence, node.Time.GetTimestamp());
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
            if (changes.Count < Page)
            {
                await WaitAsync(after, stop.Token, context.CancellationToken);
            }
            caller = await CheckAsync(context);
        }
    }

    private async Task<Rendering> ResolveSlowlyAsync(V1.ResolveRequest request, Caller caller, ServerCallContext context)
    {
        var parsed = request.HasIdentifier ? Identifier.Parse(request.Identifier) : RequestReader.Missing("identifier");
        return Written((await RenderAsync(parsed, caller, context)).OrThrow(context), context);
    }

    private async ValueTask<Result<Rendering>> RenderAsync(Result<Identifier> parsed, Caller caller, ServerCallContext context)
    {
        if (caller.Role == Role.Anonymous && !node.Options.Access.AnonymousReads)
        {
            return Refusals.Role(caller, Role.Reader);
        }
        if (!parsed.TryGet(out var identifier, out var error))
        {
            return error;
        }
        var isHomed = node.Catalog.Current.IsHomed(identifier);
        var entry = isHomed ? await node.Resolver.ResolveAsync(identifier.Key, context.CancellationToken) : null;
        if (entry?.Record is null)
        {
            return node.Catalog.Current.FindByIdentifier(identifier.Text) is { } template
                ? Error.Of(ErrorCode.NotFound, $"{identifier} names the template {template.Code}: ask GetTemplate.", $"{identifier} 是模板 {template.Code} 的标识，请使用 GetTemplate。", "identifier")
                : isHomed ? Refusals.NotFound(identifier.Text) : await ForeignAsync(identifier, caller, context.CancellationToken);
        }
        if (node.Resolver.MayBeOld(entry) && context.ResponseTrailers.Count == 0)
        {
            context.ResponseTrailers.Add("idr-stale", ((long)node.Resolver.AgeOf(entry).TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }
        return entry.Record.Status == RecordStatus.Revoked ? Refusals.Revoked(identifier.Text) : Kept(entry, caller.View);
    }

    private async ValueTask<Result<Rendering>> ForeignAsync(Identifier identifier, Caller caller, CancellationToken cancellationToken)
    {
        var found = await node.Foreign.ResolveAsync(identifier, caller, cancellationToken);
        return found.TryGet(out var record, out var error)
            ? new Rendering(Google.Protobuf.MessageExtensions.ToByteArray(RecordMessages.ToMessage(record)), "", node.Catalog.Current.TextEpoch)
            : error;
    }

    /// <summary>The record of an entry as a message's bytes for a view, rendered once for each entry.</summary>
    private Rendering Kept(CachedRecord entry, View view)
    {
        var epoch = node.Catalog.Current.TextEpoch;
        if (entry[view, RenderingForm.Protobuf] is { } kept && kept.Epoch == epoch)
        {
            return kept;
        }
        var record = RecordReader.Read(entry.Record!, node.Catalog.Current, view);
        var rendering = new Rendering(Google.Protobuf.MessageExtensions.ToByteArray(RecordMessages.ToMessage(record)), "", epoch);
        entry[view, RenderingForm.Protobuf] = rendering;
        node.Cache.Grown(entry);
        return rendering;
    }

    private static Rendering Written(Rendering rendering, ServerCallContext context)
    {
        if (rendering.Body.Length < WorthCompressing)
        {
            context.WriteOptions = Plain;
        }
        return rendering;
    }

    /// <summary>Who watches: asked again and again, so that a key revoked ends its streams too.</summary>
    private async ValueTask<Caller> CheckAsync(ServerCallContext context)
    {
        var caller = (await callers.GetAsync(context.GetHttpContext().Request.Headers.Authorization, context.CancellationToken)).OrThrow(context);
        return caller.Is(Role.Partner) ? caller : throw GrpcErrors.ToException(Refusals.Role(caller, Role.Partner), context);
    }

    private async Task WaitAsync(long after, CancellationToken stop, CancellationToken cancellationToken)
    {
        try
        {
            await node.Tail.WaitAsync(after, CheckEvery, stop);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The node stops, which the loop tells the caller.
        }
    }

    private V1.Change? Shown(Change change, Caller caller)
    {
        // Kinds other than records are the administrators' own; the cursor moves past them for everyone.
        if (change.Body.Kind != LogKind.Record && !caller.Is(Role.Admin))
        {
            return null;
        }
        var message = new V1.Change
        {
            Sequence = change.Sequence,
            // The log's numbers are those of the messages.
            Kind = (V1.ChangeKind)change.Body.Kind,
            Operation = (V1.ChangeOperation)change.Body.Operation,
            Version = change.Body.Version,
            Time = Timestamp.FromDateTimeOffset(Micros.ToTime(change.Body.Time)),
            Leaf = Google.Protobuf.ByteString.CopyFrom(change.Leaf),
        };
        if (change.Body.Kind != LogKind.Record)
        {
            message.Code = change.Code;
        }
        else
        {
            var record = RecordReader.Read(change.State, node.Catalog.Current, View.Public);
            message.Identifier = record.Identifier;
            if (record.Template is { } template)
            {
                message.Template = template.Code;
            }
        }
        if (caller.Is(Role.Reader))
        {
            message.Actor = node.Catalog.Current.ActorName(change.Body.Actor);
        }
        return message;
    }
}
