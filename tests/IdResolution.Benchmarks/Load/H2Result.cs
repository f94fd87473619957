namespace IdResolution.Benchmarks.Load;

/// <summary>What <c>h2load</c> saw.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="Bytes">Bytes of the answers' bodies together.</param>
internal sealed record H2Result(double Rate, long Bytes);
