namespace IdResolution.Core.Records;

/// <summary>Decides what to do with a registration. These are the rules of idempotency, in one place.</summary>
public static class RegistrationDecision
{
    /// <summary>
    /// Compares a registration with the records under its business key and its identifier. Only
    /// <see cref="WriteOutcome.Created"/> and <see cref="WriteOutcome.Reinstated"/> mean that the store does the write.
    /// </summary>
    /// <param name="write">The registration.</param>
    /// <param name="byKey">The record bound to the business key, or null.</param>
    /// <param name="byIdentifier">The record under the identifier, or null.</param>
    public static (WriteOutcome Outcome, StoredRecord? Record) For(
        RegisterRecord write,
        StoredRecord? byKey,
        StoredRecord? byIdentifier
    )
    {
        ArgumentNullException.ThrowIfNull(write);
        if (byKey is not null)
        {
            var sameIdentifier = write.Generated || byKey.Key == write.Key;
            if (
                write is { Generated: true, Reinstate: true }
                && byKey.Status == RecordStatus.Revoked
                && byKey.Key != write.Key
            )
            {
                // A tombstone comes back under its own identifier: the caller makes the write again with that one.
                return (WriteOutcome.IdentifierTaken, byKey);
            }
            return (Of(write, byKey, sameIdentifier, WriteOutcome.KeyTaken), byKey);
        }
        if (byIdentifier is null)
        {
            return (WriteOutcome.Created, null);
        }
        if (write.Generated || write.FirstKey.Count > 0)
        {
            return (WriteOutcome.IdentifierTaken, byIdentifier);
        }
        return (Of(write, byIdentifier, true, WriteOutcome.IdentifierTaken), byIdentifier);
    }

    private static WriteOutcome Of(
        RegisterRecord write,
        StoredRecord existing,
        bool sameIdentifier,
        WriteOutcome conflict
    )
    {
        var revoked = existing.Status == RecordStatus.Revoked;
        if (revoked && write.Reinstate && sameIdentifier)
        {
            return write.TombstoneVersion is { } version && version != existing.Version
                ? WriteOutcome.VersionConflict
                : WriteOutcome.Reinstated;
        }
        if (!sameIdentifier || !Same(write, existing))
        {
            return conflict;
        }
        return revoked ? WriteOutcome.Revoked : WriteOutcome.Same;
    }

    private static bool Same(RegisterRecord write, StoredRecord existing) =>
        write.Digest.AsSpan().SequenceEqual(existing.Digest);
}
