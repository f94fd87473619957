using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>An identity of the Handle protocol: somebody who proved to hold the key in a handle value.</summary>
/// <param name="Reference">The handle value with the key, such as <c>300:88.300.1/ADMIN</c>.</param>
/// <param name="Actor">
/// The object number of the record with that value, for the log; 0 if it is not a record of this node.
/// </param>
public sealed record HandleIdentity(Reference Reference, long Actor)
{
    /// <summary>SHA-256 of the value with the key. The identity ends when that value changes.</summary>
    public ReadOnlyMemory<byte> Proof { get; init; }

    /// <summary>The handle with the key, whichever of its keys it is and however the client spells it.</summary>
    public LookupKey Owner => LookupKey.Of(HandleNames.Qualify(Reference.Handle));

    /// <summary>The same identity as a caller of the core. The rights in handles decide what it may do.</summary>
    public Caller Caller { get; private init; } = new(Role.Registrar, Actor, Reference.ToString());

    /// <summary>The same identity, for a request that came from where a caller is.</summary>
    public HandleIdentity From(Caller sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return this with { Caller = Caller with { Source = sender.Source, Origin = sender.Origin } };
    }

    /// <summary>The identity of anonymous writes to values with public write. It has no other right.</summary>
    public static HandleIdentity Nobody { get; } =
        new(new Reference("", 0), 0) { Caller = Caller.Anonymous with { Role = Role.Registrar } };
}
