using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Access;

/// <summary>The caller of a use case, as authenticated by a front end.</summary>
/// <param name="Role">The role, which decides what the caller may do.</param>
/// <param name="Actor">The object number of a key or record, for the log; 0 for the node and nobody.</param>
/// <param name="Name">For the audit log: a key's id, a handle value, or a fixed name such as <c>anonymous</c>.</param>
public sealed record Caller(Role Role, long Actor, string Name)
{
    /// <summary>The caller for a request without a key.</summary>
    public static Caller Anonymous { get; } = new(Role.Anonymous, 0, "anonymous");

    /// <summary>The caller for commands of the operator, with role admin.</summary>
    public static Caller CommandLine { get; } = new(Role.Admin, 0, "command-line");

    /// <summary>The caller for what the node does itself at its start, with role admin.</summary>
    public static Caller Node { get; } = new(Role.Admin, 0, "node");

    /// <summary>The network that the request came from; none for the command line and the node itself.</summary>
    public NetworkSource Source { get; init; }

    /// <summary>Gives the trace id of the request; null for the command line and the node itself.</summary>
    public ICallOrigin? Origin { get; init; }

    /// <summary>The rate limiter of the key; null if it has no limit.</summary>
    public RateLimiter? Limiter { get; init; }

    /// <summary>True if the key has a secret: it is an identity of the SNMS protocol.</summary>
    public bool HasSecret { get; init; }

    /// <summary>
    /// The prefix that the key is bound to: the caller reads and writes below it alone, whatever the role. Null for a
    /// caller of the whole node.
    /// </summary>
    public Prefix? Prefix { get; init; }

    /// <summary>
    /// The code of the partner that the key is tied to: the caller sees what its grants show. Null for any other
    /// caller.
    /// </summary>
    public string? Partner { get; init; }

    /// <summary>True for a request without a key, of which a network has only a share of what is costly.</summary>
    public bool IsAnonymous => Role == Role.Anonymous;

    /// <summary>
    /// The part of a record that the caller sees. Of one tied to a partner it is the least: what is seen of which
    /// record its grants say (<see cref="AccessPolicy.Sees"/>).
    /// </summary>
    public Projection Projection => Partner is null ? Projection.Of(Role) : Projection.Public;

    /// <summary>
    /// True if an identifier is not beyond the prefix that the caller is bound to, by the folded bytes of its lookup
    /// key. Allocates nothing.
    /// </summary>
    public bool Reaches(ReadOnlySpan<byte> foldedKey) => Prefix is null || Prefix.Covers(foldedKey);

    /// <summary>
    /// True if the caller sees what belongs to a prefix, such as a template, a coding rule or a source. What belongs to
    /// the node (null) is for all prefixes.
    /// </summary>
    public bool Shares(string? prefix) => Prefix is null || prefix is null || Prefix.Covers(prefix);

    /// <summary>True for the operator at the command line.</summary>
    internal bool IsCommandLine => Name == CommandLine.Name && Actor == 0;

    /// <summary>
    /// True if the caller has this role or a higher one. Role auditor is beside the others: nobody else has it, and it
    /// has no other.
    /// </summary>
    public bool Is(Role role) =>
        Role == role || (Role != Role.Auditor && role != Role.Auditor && Role > role) || role == Role.Anonymous;
}
