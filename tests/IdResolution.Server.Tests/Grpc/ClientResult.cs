namespace IdResolution.Server.Tests.Grpc;

/// <summary>What became of a case.</summary>
/// <param name="Ok">It passed.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Ms">How long it took.</param>
internal sealed record ClientResult(bool Ok, string? Error, long Ms);
