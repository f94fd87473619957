using System.Diagnostics.Metrics;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Registration;

/// <summary>Counts the items read for registration, each item of a batch separately.</summary>
internal sealed class RegistrationMetrics(NodeTelemetry telemetry)
{
    private readonly Counter<long> _registrations = telemetry.Meter.CreateCounter<long>(
        "idresolution.registrations",
        "{item}",
        "Items read for registration, by what became of them."
    );

    public void Count(Result<Registered>[] results)
    {
        if (!_registrations.Enabled)
        {
            return;
        }
        foreach (var result in results)
        {
            _registrations.Add(1, new KeyValuePair<string, object?>(NodeTelemetry.Outcome, Outcome(result)));
        }
    }

    private static string Outcome(Result<Registered> result) =>
        !result.TryGet(out var registered, out var error)
            ? error.Code.ToString()
            : registered.Outcome switch
            {
                WriteOutcome.Created => "created",
                WriteOutcome.Reinstated => "reinstated",
                _ => "same",
            };
}
