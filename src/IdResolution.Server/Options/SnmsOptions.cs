namespace IdResolution.Server.Options;

/// <summary>The section <c>Snms</c>: the SNMS protocol, which the HTTP listener always serves.</summary>
internal sealed class SnmsOptions
{
    /// <summary>
    /// Where it is served on a port of its own too, ADDR:PORT, and nothing else with it. Null for nowhere.
    /// </summary>
    public string? Http { get; set; }

    /// <summary>True if there is such a port.</summary>
    internal bool HasPort => !string.IsNullOrEmpty(Http);
}
