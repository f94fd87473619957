namespace IdResolution.Benchmarks.Load;

/// <summary>What <c>wrk</c> saw.</summary>
internal sealed record WrkResult(long Requests, long Microseconds, long Errors)
{
    public double Rate => Requests * 1e6 / Microseconds;
}
