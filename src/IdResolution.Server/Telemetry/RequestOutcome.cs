namespace IdResolution.Server.Telemetry;

/// <summary>
/// How a request ends, where its status alone does not tell: a feature of the requests that are counted, and of no
/// others.
/// </summary>
internal sealed class RequestOutcome
{
    /// <summary>What was noted, or null.</summary>
    public string? Noted { get; private set; }

    /// <summary>Notes how a request ends, where that is wanted.</summary>
    public static void Note(HttpContext context, string outcome) =>
        context.Features.Get<RequestOutcome>()?.Noted = outcome;

    /// <summary>Has the outcome of a request noted.</summary>
    public static RequestOutcome Of(HttpContext context)
    {
        var outcome = new RequestOutcome();
        context.Features.Set(outcome);
        return outcome;
    }
}
