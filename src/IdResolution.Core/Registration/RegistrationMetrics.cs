using System.Diagnostics.Metrics;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Registration;

/// <summary>Counts items that were read for registration, each item of a batch for itself.</summary>
internal static class RegistrationMetrics
{
    private static readonly Counter<long> Registrations = NodeTelemetry.Meter.CreateCounter<long>(
        "idresolution.registrations", "{item}", "Items read for registration, by what became of them.");

    public static void Count(Result<Registered>[] results)
    {
        if (!Registrations.Enabled)
        {
            return;
        }
        foreach (var result in results)
        {
            Registrations.Add(1, new KeyValuePair<string, object?>(NodeTelemetry.Outcome, Outcome(result)));
        }
    }

    private static string Outcome(Result<Registered> result) => !result.TryGet(out var registered, out var error)
        ? error.Code.ToString()
        : registered.Outcome switch
        {
            WriteOutcome.Created => "created",
            WriteOutcome.Reinstated => "reinstated",
            _ => "same",
        };
}
