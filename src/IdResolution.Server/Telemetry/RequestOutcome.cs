namespace IdResolution.Server.Telemetry;

/// <summary>
/// The outcome of a request that its status alone does not tell. Only requests that are counted have this feature.
/// </summary>
internal sealed class RequestOutcome
{
    /// <summary>Null until an outcome is noted.</summary>
    public string? Noted { get; private set; }

    /// <summary>Notes the outcome of a request, if the request is counted.</summary>
    public static void Note(HttpContext context, string outcome) =>
        context.Features.Get<RequestOutcome>()?.Noted = outcome;

    /// <summary>Adds the feature to a request, so that its outcome can be noted.</summary>
    public static RequestOutcome Of(HttpContext context)
    {
        var outcome = new RequestOutcome();
        context.Features.Set(outcome);
        return outcome;
    }
}
