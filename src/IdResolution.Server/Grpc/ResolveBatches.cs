using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Grpc;

/// <summary>Resolves many identifiers in one call. Each has its own result. Thread-safe.</summary>
internal sealed class ResolveBatches(
    RecordRenderer renderer,
    CatalogHolder catalog,
    IForeignResolver foreign,
    ForeignOptions foreignOptions,
    IOptionsMonitor<LimitOptions> limits,
    TimeProvider time
)
{
    public async Task<V1.ResolveBatchResponse> ResolveAsync(
        V1.ResolveBatchRequest request,
        Caller caller,
        ServerCallContext context
    )
    {
        var response = new V1.ResolveBatchResponse();
        var bytes = 0L;
        var asked = TimeSpan.Zero;
        foreach (var identifier in request.Identifiers)
        {
            var began = time.GetTimestamp();
            var parsed = Identifier.Parse(identifier);
            var isForeign = foreign.IsOn && parsed.IsOk && !catalog.Current.IsHomed(parsed.Value);
            var found = WhyNot(isForeign, asked, bytes) is { } error
                ? error
                : await renderer.RenderAsync(parsed, caller, context);
            asked += isForeign ? time.GetElapsedTime(began) : TimeSpan.Zero;
            bytes += found.IsOk ? found.Value.Body.Length : 0;
            response.Items.Add(
                found.IsOk
                    ? new V1.ResolveResult { Record = V1.Record.Parser.ParseFrom(found.Value.Body) }
                    : new V1.ResolveResult { Error = GrpcErrors.ToStatus(found.Error, context.GetHttpContext()) }
            );
        }
        return response;
    }

    /// <summary>Why the next identifier of the batch is not resolved any more; null if it is.</summary>
    private Error? WhyNot(bool isForeign, TimeSpan asked, long bytes)
    {
        // Other nodes are asked one after the other. All of them together may take only as long as one alone.
        if (isForeign && asked.TotalSeconds >= foreignOptions.TimeoutSeconds)
        {
            return Error.Of(
                ErrorCode.Unavailable,
                "Other nodes took too long to answer for this batch; ask again for this one.",
                "本批中其他节点应答耗时过长，请就此标识重新查询。"
            );
        }
        var most = limits.CurrentValue.BatchBytes;
        return bytes < most
            ? null
            : Error.Of(
                ErrorCode.TooLarge,
                $"The answer has {most} bytes already; ask for this one in another call.",
                $"应答已达 {most} 字节，请在另一次请求中查询。"
            );
    }
}
