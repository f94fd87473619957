namespace IdResolution.Server.Simulation;

/// <summary>A call that a simulated secondary node serves.</summary>
/// <param name="Method">The method of HTTP.</param>
/// <param name="Path">The path.</param>
/// <param name="ReadAsync">Reads a request.</param>
internal sealed record SnmsCall(string Method, string Path, Func<HttpRequest, Task<ReadCall>> ReadAsync)
{
    /// <summary>True if it needs no token.</summary>
    public bool IsLogIn { get; init; }
}

/// <summary>A request that was read: what it is about, and how it is done.</summary>
/// <param name="Do">Does it in the node's registry, for a user. The fault refuses some of its identifiers.</param>
internal sealed record ReadCall(Func<SecondaryNode, SecondaryNodeUser, Fault?, Reply> Do)
{
    public IReadOnlyList<string?> Handles { get; init; } = [];

    public bool IsBatch { get; init; }

    /// <summary>A request of which nothing was read.</summary>
    public static ReadCall Nothing { get; } = Of(Reply.Refused(""));

    public static ReadCall Of(Reply reply) => new((_, _, _) => reply);
}
