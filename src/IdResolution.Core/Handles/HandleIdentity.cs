using IdResolution.Core.Access;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>Who has proved to hold the key of a value.</summary>
/// <param name="Reference">The value, such as <c>300:88.300.1/ADMIN</c>.</param>
/// <param name="Actor">
/// The object number of the record it is a value of, for the log; 0 where it is not a record of this node.
/// </param>
public sealed record HandleIdentity(Reference Reference, long Actor)
{
    /// <summary>SHA-256 of the value that proved it: the identity is over once that is another.</summary>
    public ReadOnlyMemory<byte> Proof { get; init; }

    /// <summary>As the core knows callers; what it may do is decided by the rights that handles grant.</summary>
    public Caller Caller { get; private init; } = new(Role.Registrar, Actor, Reference.ToString());

    /// <summary>Who writes what everyone may write; has no rights besides.</summary>
    public static HandleIdentity Nobody { get; } =
        new(new Reference("", 0), 0) { Caller = Caller.Anonymous with { Role = Role.Registrar } };
}
