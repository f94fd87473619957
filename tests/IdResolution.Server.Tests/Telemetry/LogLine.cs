namespace IdResolution.Server.Tests.Telemetry;

/// <summary>A log record as a collector gets it.</summary>
internal sealed record LogLine(string Text, string Trace, IReadOnlyDictionary<string, string> Attributes);
