namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// The sender must try again later: too many costly operations wait (<see cref="CryptoThrottle"/>), or too many proofs
/// were wrong.
/// </summary>
/// <param name="retryAfter">How long to wait; null if that is not known.</param>
internal sealed class BusyException(TimeSpan? retryAfter = null)
    : Exception(
        retryAfter is null
            ? "Too many ask for proofs and signatures; try again."
            : "Too many proofs were wrong; try again later."
    )
{
    /// <summary>How long to wait; null if that is not known.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
