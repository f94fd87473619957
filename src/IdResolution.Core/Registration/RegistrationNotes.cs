using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Registration;

/// <summary>Counts registrations, and notes in the audit log what was brought back. Thread-safe.</summary>
public sealed class RegistrationNotes(NodeTelemetry telemetry, Auditor auditor)
{
    /// <summary>The audited action of bringing a revoked record back.</summary>
    public const string Reinstating = "record.reinstate";

    private readonly RegistrationMetrics _metrics = new(telemetry);

    /// <summary>Counts the results of registrations.</summary>
    internal void Count(Result<Registered>[] results) => _metrics.Count(results);

    /// <summary>Notes the records that came back.</summary>
    internal async Task NoteAsync(Result<Registered>[] results, Caller caller)
    {
        foreach (var result in results)
        {
            if (result is { IsOk: true, Value: { Outcome: WriteOutcome.Reinstated, Record: var record } })
            {
                await auditor.DoneAsync(
                    caller,
                    Reinstating,
                    RecordState.IdentifierOf(record) ?? record.Key.ToString(),
                    CancellationToken.None
                );
            }
        }
    }
}
