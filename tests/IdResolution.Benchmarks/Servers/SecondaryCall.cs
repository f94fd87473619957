namespace IdResolution.Benchmarks.Servers;

/// <summary>A call that a node made to its secondary node.</summary>
internal sealed record SecondaryCall(string Method, string Path, byte[] Body);
