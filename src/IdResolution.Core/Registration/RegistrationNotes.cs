using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Registration;

/// <summary>
/// Counts registrations, and notes in the audit log what was brought back, which rights were granted, and which items
/// of a batch were denied. Thread-safe.
/// </summary>
public sealed class RegistrationNotes(NodeTelemetry telemetry, Auditor auditor)
{
    /// <summary>The audited action of bringing a revoked record back.</summary>
    public const string Reinstating = "record.reinstate";

    /// <summary>The audited action of changing the values of a record that grant rights.</summary>
    public const string Granting = "record.rights";

    /// <summary>The audited action of registering, where an item of a batch is denied.</summary>
    public const string Registering = "record.register";

    private readonly RegistrationMetrics _metrics = new(telemetry);

    /// <summary>Counts the results of registrations.</summary>
    internal void Count(Result<Registered>[] results) => _metrics.Count(results);

    /// <summary>
    /// Notes the records that came back, and those that grant rights. New ones, which may be many, are gathered.
    /// </summary>
    internal async Task NoteAsync(
        IReadOnlyList<RegistrationRequest> requests,
        Result<Registered>[] results,
        Caller caller
    )
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (!results[i].TryGet(out var registered, out _) || registered.Outcome == WriteOutcome.Same)
            {
                continue;
            }
            var identifier = RecordState.IdentifierOf(registered.Record) ?? registered.Record.Key.ToString();
            var isBack = registered.Outcome == WriteOutcome.Reinstated;
            if (isBack)
            {
                await auditor.DoneAsync(caller, Reinstating, identifier, CancellationToken.None);
            }
            if (!Grants(requests[i]))
            {
                continue;
            }
            if (isBack)
            {
                await auditor.DoneAsync(caller, Granting, identifier, CancellationToken.None);
            }
            else
            {
                auditor.Noted(caller, Granting, identifier);
            }
        }
    }

    /// <summary>True if a registration has values that grant rights.</summary>
    internal static bool Grants(RegistrationRequest request)
    {
        for (var i = 0; i < request.Values.Count; i++)
        {
            if (request.Values[i].IsGranting)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Notes an item of a batch that the caller may not register, whatever became of the others.</summary>
    internal void Denied(RegistrationRequest request, Error error, Caller caller)
    {
        if (error.Code is ErrorCode.Forbidden or ErrorCode.Unauthenticated)
        {
            var target = request.Identifier is { } text && Identifier.TryParse(text, out var named) ? named.Text : "";
            auditor.Denied(caller, Registering, error.Code, target);
        }
    }
}
