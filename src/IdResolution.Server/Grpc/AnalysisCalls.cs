using Grpc.Core;
using IdResolution.Core.Analysis;
using IdResolution.Core.Events;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>The methods of <c>Traceability</c> that look at many items at once. Thread-safe.</summary>
internal sealed class AnalysisCalls(CommonCauses causes, Rollup rollup, EventIds ids)
{
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
