namespace IdResolution.Server.Handle.Sessions;

/// <summary>Too much that costs processor time waits already.</summary>
internal sealed class BusyException() : Exception("Too many proofs and signatures wait.");
