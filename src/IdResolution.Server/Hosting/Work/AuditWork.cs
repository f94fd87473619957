using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Errors;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Notes that the node began, keeps the audit log (<see cref="AuditKeeper"/>), and counts what was lost.
/// </summary>
internal sealed class AuditWork : PeriodicWork
{
    private readonly Auditor _auditor;
    private readonly AuditKeeper _keeper;
    private readonly AuditOptions _options;
    private bool _hasBegun;

    public AuditWork(
        Auditor auditor,
        AuditKeeper keeper,
        NodeOptions options,
        NodeTelemetry telemetry,
        TimeProvider time,
        ILogger<AuditWork> logger
    )
        : base("audit", TimeSpan.FromMinutes(5), time, logger)
    {
        (_auditor, _keeper, _options) = (auditor, keeper, options.Audit);
        telemetry.Meter.CreateObservableCounter(
            "idresolution.audit.dropped",
            () => auditor.DroppedCount,
            "{line}",
            "What should be in the audit log and found no room while the store took no lines."
        );
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _auditor.DoneAsync(Caller.Node, "node.start", "", cancellationToken);
        }
        catch (StoreException)
        {
            // The line waits until the store takes it.
        }
        await base.StartAsync(cancellationToken);
    }

    protected override Task WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        // The first round is done at once.
        var isFirst = !_hasBegun;
        _hasBegun = true;
        return isFirst ? Task.CompletedTask : base.WaitAsync(timer, stoppingToken);
    }

    protected override Task DoAsync(CancellationToken stoppingToken) =>
        _keeper.KeepAsync(_options.Days, _options.MaxLines, stoppingToken);
}
