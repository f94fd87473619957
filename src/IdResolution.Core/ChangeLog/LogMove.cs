using IdResolution.Core.Leases;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// A move of a reader's cursor. The store refuses it if there is a newer lease or the cursor is not at the expected
/// entry.
/// </summary>
/// <param name="Lease">The lease that lets this node read.</param>
/// <param name="Reader">The reader's name.</param>
/// <param name="From">The expected cursor: the last entry taken before.</param>
/// <param name="To">The new cursor: the last entry taken now.</param>
public sealed record LogMove(Lease Lease, string Reader, long From, long To);
