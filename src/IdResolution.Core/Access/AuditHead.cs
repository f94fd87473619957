namespace IdResolution.Core.Access;

/// <summary>The last line of a chain of the audit log.</summary>
/// <param name="Kind">The kind of the lines.</param>
/// <param name="Position">Its position in the chain: how many lines were ever written. 0 if there was none.</param>
/// <param name="Line">Its number among all lines.</param>
/// <param name="Time">Its time in microseconds since 1970 UTC.</param>
/// <param name="Hash">Its hash; 32 zero bytes if there was none.</param>
public sealed record AuditHead(AuditKind Kind, long Position, long Line, long Time, byte[] Hash)
{
    /// <summary>The head of a chain without lines.</summary>
    public static AuditHead Empty(AuditKind kind) => new(kind, 0, 0, 0, new byte[AuditChain.HashLength]);
}
