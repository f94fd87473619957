namespace IdResolution.Core.Access;

/// <summary>
/// What the change log holds of the audit log: the last line of each chain at a time. So whoever keeps a proof of the
/// change log also has one of the audit log.
/// </summary>
public sealed record AuditSummary
{
    /// <summary>The code of the document, which is of kind configuration.</summary>
    public const string DocumentCode = "audit/summary";

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How many days lines were kept then.</summary>
    public required int Days { get; init; }

    /// <summary>The last line of each chain that had one.</summary>
    public required IReadOnlyList<Chain> Chains { get; init; }

    /// <summary>The last line of a chain.</summary>
    /// <param name="Kind">The kind of the lines.</param>
    /// <param name="Position">Its position in the chain.</param>
    /// <param name="Line">Its number among all lines.</param>
    /// <param name="Time">Its time.</param>
    /// <param name="Hash">Its hash in hexadecimal.</param>
    public sealed record Chain(AuditKind Kind, long Position, long Line, DateTimeOffset Time, string Hash)
    {
        /// <summary>The position of the first line that was there; 0 in summaries of earlier versions.</summary>
        public long First { get; init; }

        /// <summary>The time of that line.</summary>
        public DateTimeOffset FirstTime { get; init; }
    }
}
