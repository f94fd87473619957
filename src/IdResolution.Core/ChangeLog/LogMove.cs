using IdResolution.Core.Leases;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// A move of a reader's cursor. The store makes it only where the lease is still the newest and the cursor where it is
/// expected.
/// </summary>
/// <param name="Lease">By which this node alone reads.</param>
/// <param name="Reader">The reader's name.</param>
/// <param name="From">Where the cursor is: the last entry taken before.</param>
/// <param name="To">Where it goes: the last entry taken now.</param>
public sealed record LogMove(Lease Lease, string Reader, long From, long To);
