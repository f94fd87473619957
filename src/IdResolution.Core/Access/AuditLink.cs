namespace IdResolution.Core.Access;

/// <summary>The place of a line in the chain of its kind.</summary>
/// <param name="Position">1 for the first line of the kind, then without gaps.</param>
/// <param name="Previous">The hash of the line before; 32 zero bytes for the first one.</param>
/// <param name="Hash">The hash of this line (<see cref="AuditChain"/>).</param>
public sealed record AuditLink(long Position, byte[] Previous, byte[] Hash);
