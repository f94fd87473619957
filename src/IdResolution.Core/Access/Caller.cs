namespace IdResolution.Core.Access;

/// <summary>Who calls.</summary>
/// <param name="Role">What the caller may do.</param>
/// <param name="Actor">The key's object number in the log; 0 for the node itself and for nobody.</param>
/// <param name="Name">For the audit log: the key's id, <c>anonymous</c>, <c>command-line</c> or <c>node</c>.</param>
public sealed record Caller(Role Role, long Actor, string Name)
{
    /// <summary>A caller without a key.</summary>
    public static Caller Anonymous { get; } = new(Role.Anonymous, 0, "anonymous");

    /// <summary>The operator at the command line.</summary>
    public static Caller CommandLine { get; } = new(Role.Admin, 0, "command-line");

    /// <summary>The node itself, at its start.</summary>
    public static Caller Node { get; } = new(Role.Admin, 0, "node");

    /// <summary>The key's rate limit, or null.</summary>
    public RateLimiter? Limiter { get; init; }

    /// <summary>What the caller sees of a record.</summary>
    public Projection Projection => Projection.Of(Role);

    /// <summary>True where the role is at least the one asked for.</summary>
    public bool Is(Role role) => Role >= role;
}
