using IdResolution.Core.ChangeLog;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// An entry, for a row beside the log that does not agree with it: the one that the row was written with.
/// </summary>
/// <param name="Sequence">The number of the entry.</param>
/// <param name="Body">Its body; zeroes if it cannot be read.</param>
/// <param name="State">Its state; empty if it has none.</param>
/// <param name="IsCommitted">True if the entry commits to all of the state.</param>
internal sealed record RowEntry(long Sequence, LogBody Body, byte[] State, bool IsCommitted)
{
    private const string Named = """
        SELECT l.sequence, l.body, v.state
        FROM change_log l LEFT JOIN versions v ON v.sequence = l.sequence
        WHERE l.sequence = @number
        """;

    private const string Newest = """
        SELECT v.sequence, l.body, v.state
        FROM versions v LEFT JOIN change_log l ON l.sequence = v.sequence
        WHERE v.object = @number
        ORDER BY v.version DESC
        """;

    /// <summary>
    /// Finds the entry: the one that the row names or the newest of the row's object, whichever has more in common with
    /// the row. If the one that it names has all, a newer one tells that the row lags behind it, or that the newer
    /// version is of another object. Null if there is neither.
    /// </summary>
    /// <param name="examination">The run.</param>
    /// <param name="sequence">The entry that the row names.</param>
    /// <param name="number">The object that the row names.</param>
    /// <param name="common">Counts what the row and an entry have in common, apart from its number.</param>
    /// <param name="all">The count for an entry that has all.</param>
    public static RowEntry? Find(
        Examination examination,
        long sequence,
        long number,
        Func<RowEntry, int> common,
        int all
    )
    {
        var named = Read(examination, Named, sequence);
        var newest = Read(examination, Newest, number);
        if (named is null || newest is null)
        {
            return named ?? newest;
        }
        var inNamed = common(named);
        if (inNamed == all)
        {
            return newest.Sequence > named.Sequence ? newest : named;
        }
        return inNamed + 1 > common(newest) ? named : newest;
    }

    private static RowEntry? Read(Examination examination, string sql, long number)
    {
        using var rows = examination.ReadAside(sql, ("@number", number));
        if (!rows.Step())
        {
            return null;
        }
        var state = rows.Bytes(2);
        LogBody.TryDecode(rows.Bytes(1), out var body, out var commitments);
        return new RowEntry(rows.Int64(0), body, state, IsCommittedTo(state, commitments));
    }

    private static bool IsCommittedTo(byte[] state, ReadOnlySpan<byte> commitments)
    {
        try
        {
            return Commitments.Of(state).AsSpan().SequenceEqual(commitments);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
