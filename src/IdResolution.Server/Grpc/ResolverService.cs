using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>
/// <c>idresolution.v1.Resolver</c>. <see cref="ResolveAsync"/> is the hot path; <see cref="ResolveMethods"/> binds it,
/// and <see cref="ResolveBatchAsync"/>.
/// </summary>
[BindServiceMethod(typeof(ResolverService), nameof(Bind))]
internal sealed class ResolverService(
    RecordRenderer renderer,
    ResolveBatches batches,
    ChangeStream changes,
    Scanner scanner,
    RecordQueries queries
) : V1.Resolver.ResolverBase
{
    private const int MaxBatch = 1_000;
    private const int MaxScanBytes = 16_384;

    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    /// <summary>Binds all methods except those of <see cref="ResolveMethods"/>.</summary>
    public static void Bind(ServiceBinderBase binder, V1.Resolver.ResolverBase? service) =>
        V1.Resolver.BindService(new CheckedBinder(binder, ResolveMethods.Name, ResolveMethods.BatchName), service);

    /// <summary>Answers an L1 hit with the bytes kept. <see cref="ResolveSlowlyAsync"/> does the rest.</summary>
    public Task<Rendering> ResolveAsync(V1.ResolveRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        return renderer.FindKept(request.Identifier, caller) is { } kept
            ? Task.FromResult(Written(kept, context))
            : ResolveSlowlyAsync(request, Origin(context), context);
    }

    /// <summary>Answers from the bytes kept with the records.</summary>
    public async Task<BatchAnswer> ResolveBatchAsync(V1.ResolveBatchRequest request, ServerCallContext context)
    {
        if (request.Identifiers.Count is 0 or > MaxBatch)
        {
            throw GrpcErrors.ToException(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"A batch has 1 to {MaxBatch} identifiers.",
                    $"一批包含 1 至 {MaxBatch} 个标识。",
                    "identifiers"
                ),
                context
            );
        }
        var caller = Origin(context);
        return await batches.ResolveAsync(
            request,
            caller,
            context,
            (identifier, error) => NoteDenial(identifier, error, caller, context)
        );
    }

    /// <summary>Notes an identifier that is denied. The call itself is answered, so nobody else does.</summary>
    private static void NoteDenial(string identifier, Error error, Caller caller, ServerCallContext context)
    {
        if (error.Code is ErrorCode.Unauthenticated or ErrorCode.Forbidden)
        {
            var http = context.GetHttpContext();
            http.RequestServices.GetRequiredService<Auditor>()
                .Denied(caller, "gRPC " + MethodName.Of(http), error.Code, AuditTargets.OfIdentifier(identifier));
        }
    }

    public override async Task<V1.Record> Scan(V1.ScanRequest request, ServerCallContext context)
    {
        CheckScan(request.Text, context);
        var caller = Origin(context);
        var found = await scanner.FindAsync(request.Text, caller, context.CancellationToken);
        var rendering = await renderer.RenderAsync(found, caller, context);
        return V1.Record.Parser.ParseFrom(rendering.OrThrow(context).Body);
    }

    [RoleNeeded(Role.Reader, Partners = true)]
    public override async Task<V1.Record> FindByKey(V1.FindByKeyRequest request, ServerCallContext context)
    {
        var caller = Origin(context);
        var found = await queries.FindByKeyAsync(
            request.Key is { HasSource: true } ? request.Key.Source : null,
            request.Key is { HasSourceKey: true } ? request.Key.SourceKey : null,
            request.HasPrefix ? request.Prefix : null,
            caller,
            context.CancellationToken
        );
        var rendering = await renderer.RenderAsync(found, caller, context);
        return V1.Record.Parser.ParseFrom(rendering.OrThrow(context).Body);
    }

    [RoleNeeded(Role.Partner)]
    public override Task Watch(
        V1.WatchRequest request,
        IServerStreamWriter<V1.WatchResponse> responseStream,
        ServerCallContext context
    ) => changes.WriteAsync(request, responseStream, context);

    /// <summary>
    /// The caller and its network, which the audit may name, and which without a key has a share of the walks to other
    /// nodes.
    /// </summary>
    private static Caller Origin(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        return CallOrigin.Of(http, http.Caller());
    }

    /// <summary>Refuses a text that is longer than what a scanner reads.</summary>
    public static void CheckScan(string text, ServerCallContext context)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(text) > MaxScanBytes)
        {
            throw GrpcErrors.ToException(
                Error.Of(
                    ErrorCode.TooLarge,
                    $"text has at most {MaxScanBytes} bytes.",
                    $"text 最多 {MaxScanBytes} 字节。",
                    "text"
                ),
                context
            );
        }
    }

    private async Task<Rendering> ResolveSlowlyAsync(
        V1.ResolveRequest request,
        Caller caller,
        ServerCallContext context
    )
    {
        var parsed = request.HasIdentifier ? Identifier.Parse(request.Identifier) : MessageReader.Missing("identifier");
        return Written((await renderer.RenderAsync(parsed, caller, context)).OrThrow(context), context);
    }

    private static Rendering Written(Rendering rendering, ServerCallContext context)
    {
        if (rendering.Body.Length < Compression.WorthIt)
        {
            context.WriteOptions = Plain;
        }
        return rendering;
    }
}
