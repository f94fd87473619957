using Grpc.Core;
using IdResolution.Core.Analysis;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>The methods of <c>Traceability</c> that look at many items at once. Thread-safe.</summary>
internal sealed class AnalysisCalls(CommonCauses causes, Rollup rollup, ThingFinder finder, EventIds ids)
{
    public async Task<V1.FindCommonResponse> FindCommonAsync(V1.FindCommonRequest request, ServerCallContext context)
    {
        var query = AnalysisMessages.Read(request).OrThrow(context);
        var found = await causes.FindAsync(query, context.GetHttpContext().Caller(), context.CancellationToken);
        return AnalysisMessages.ToMessage(found.OrThrow(context), ids);
    }

    public async Task<V1.RollUpResponse> RollUpAsync(V1.RollUpRequest request, ServerCallContext context)
    {
        var text = request.HasRoot ? request.Root : null;
        var root = await ItemMessages.FindAsync(finder, text, request.By, "root", context);
        var query = AnalysisMessages.Read(request, root).OrThrow(context);
        var made = await rollup.ReckonAsync(query, context.GetHttpContext().Caller(), context.CancellationToken);
        return AnalysisMessages.ToMessage(
            made.Called(static name => name == "identifier" ? "root" : name).OrThrow(context)
        );
    }
}
