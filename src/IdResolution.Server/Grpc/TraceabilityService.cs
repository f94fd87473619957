using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Traceability</c>: events, links, status, scans with an intent, traces.</summary>
[BindServiceMethod(typeof(TraceabilityService), nameof(Bind))]
internal sealed class TraceabilityService(
    EventTaking events,
    ScanChecks scans,
    EventAsking asking,
    TraceStream traces,
    QualityMethods quality,
    AnalysisCalls analysis
) : V1.Traceability.TraceabilityBase
{
    public static void Bind(ServiceBinderBase binder, V1.Traceability.TraceabilityBase? service) =>
        V1.Traceability.BindService(new CheckedBinder(binder), service);

    [RoleNeeded(Role.Registrar)]
    public override Task<V1.RecordedEvent> Record(V1.Event request, ServerCallContext context) =>
        events.RecordAsync(request, context);

    [RoleNeeded(Role.Registrar)]
    public override Task<V1.RecordBatchResponse> RecordBatch(
        V1.RecordBatchRequest request,
        ServerCallContext context
    ) => events.RecordBatchAsync(request, context);

    [RoleNeeded(Role.Registrar)]
    public override Task RecordStream(
        IAsyncStreamReader<V1.Event> requestStream,
        IServerStreamWriter<V1.RecordResult> responseStream,
        ServerCallContext context
    ) => events.RecordStreamAsync(requestStream, responseStream, context);

    [RoleNeeded(Role.Registrar)]
    public override Task<V1.RecordedEvent> Link(V1.ItemLink request, ServerCallContext context) =>
        events.LinkAsync(request, context);

    [RoleNeeded(Role.Registrar)]
    public override Task<V1.RecordBatchResponse> LinkBatch(V1.LinkBatchRequest request, ServerCallContext context) =>
        events.LinkBatchAsync(request, context);

    [RoleNeeded(Role.Reader)]
    public override Task<V1.ScanIntentResponse> Scan(V1.ScanIntentRequest request, ServerCallContext context) =>
        scans.CheckAsync(request, context);

    [RoleNeeded(Role.Reader, Partners = true)]
    public override Task<V1.ShownEvent> GetEvent(V1.GetEventRequest request, ServerCallContext context) =>
        asking.FindAsync(request, context);

    [RoleNeeded(Role.Reader, Partners = true)]
    public override Task<V1.ListEventsResponse> ListEvents(V1.ListEventsRequest request, ServerCallContext context) =>
        asking.ListAsync(request, context);

    [RoleNeeded(Role.Reader, Partners = true)]
    public override Task<V1.ItemStatus> GetStatus(V1.GetStatusRequest request, ServerCallContext context) =>
        asking.StatusAsync(request, context);

    [RoleNeeded(Role.Reader, Partners = true)]
    public override Task Trace(
        V1.TraceRequest request,
        IServerStreamWriter<V1.TraceResponse> responseStream,
        ServerCallContext context
    ) => traces.WriteAsync(request, responseStream, context);

    [RoleNeeded(Role.Reader)]
    public override Task<V1.QualityReport> CountQuality(V1.CountQualityRequest request, ServerCallContext context) =>
        quality.CountAsync(request, context);

    [RoleNeeded(Role.Reader)]
    public override Task<V1.CompletenessReport> CheckCompleteness(
        V1.CheckCompletenessRequest request,
        ServerCallContext context
    ) => quality.CheckAsync(request, context);

    [RoleNeeded(Role.Reader)]
    public override Task<V1.FindCommonResponse> FindCommon(V1.FindCommonRequest request, ServerCallContext context) =>
        analysis.FindCommonAsync(request, context);

    [RoleNeeded(Role.Reader)]
    public override Task<V1.RollUpResponse> RollUp(V1.RollUpRequest request, ServerCallContext context) =>
        analysis.RollUpAsync(request, context);

    [RoleNeeded(Role.Reader, Partners = true)]
    public override Task<V1.FindAffectedResponse> FindAffected(
        V1.FindAffectedRequest request,
        ServerCallContext context
    ) => asking.AffectedAsync(request, context);
}
