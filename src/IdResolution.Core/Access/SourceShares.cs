namespace IdResolution.Core.Access;

/// <summary>
/// What may be held at once (connections, challenges, requests under way), in all and by one network. Thread-safe.
/// </summary>
/// <param name="most">Gives the most that may be held in all. May change at any time.</param>
/// <param name="mostEach">Gives the most that one network may hold. May change at any time.</param>
public sealed class SourceShares(Func<long> most, Func<long> mostEach) : Shares<NetworkSource>(most, mostEach)
{
    /// <summary>The same with fixed limits.</summary>
    public SourceShares(long most, long mostEach)
        : this(() => most, () => mostEach) { }
}
