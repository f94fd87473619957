namespace IdResolution.Server.Handle.Sessions;

/// <summary>Too many costly operations are already waiting; see <see cref="CryptoThrottle"/>.</summary>
internal sealed class BusyException() : Exception("Too many proofs and signatures wait.");
