namespace IdResolution.Server.Tests.Telemetry;

/// <summary>A measured value as a collector gets it; of a histogram its sum and count.</summary>
internal sealed record Point(
    string Metric,
    string Unit,
    double Value,
    long Count,
    IReadOnlyDictionary<string, string> Attributes
);
