namespace IdResolution.Server.Tests.Telemetry;

/// <summary>A span as a collector gets it.</summary>
internal sealed record Span(
    string Scope,
    string Trace,
    string Id,
    string Parent,
    string Name,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<string> LinkedTraces
);
