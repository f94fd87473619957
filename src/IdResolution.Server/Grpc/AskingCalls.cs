using Grpc.Core;
using IdResolution.Core.Analysis;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>The calls that ask for one answer about an item, or about many. Thread-safe.</summary>
internal sealed class AskingCalls(
    StatusReader statuses,
    CommonCauses causes,
    Rollup rollup,
    ThingFinder finder,
    EventIds ids
)
{
    public async Task<V1.ItemStatus> GetStatusAsync(V1.GetStatusRequest request, ServerCallContext context)
    {
        var identifier = request.HasIdentifier
            ? ItemName.Parse(request.Identifier)
            : MessageReader.Missing("identifier");
        var caller = context.GetHttpContext().Caller();
        var name = await finder.ResolveAsync(identifier.OrThrow(context), caller, context.CancellationToken);
        var status = await statuses.ReadAsync(name, caller, context.CancellationToken);
        return EventMessages.ToMessage(status.OrThrow(context));
    }

    public async Task<V1.FindCommonResponse> FindCommonAsync(V1.FindCommonRequest request, ServerCallContext context)
    {
        var query = AnalysisMessages.Read(request).OrThrow(context);
        var found = await causes.FindAsync(query, context.GetHttpContext().Caller(), context.CancellationToken);
        return AnalysisMessages.ToMessage(found.OrThrow(context), ids);
    }

    public async Task<V1.RollUpResponse> RollUpAsync(V1.RollUpRequest request, ServerCallContext context)
    {
        var query = AnalysisMessages.Read(request).OrThrow(context);
        var made = await rollup.ReckonAsync(query, context.GetHttpContext().Caller(), context.CancellationToken);
        return AnalysisMessages.ToMessage(made.OrThrow(context));
    }
}
