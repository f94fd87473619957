namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// The rows of a query that are read beside those of another one. Both come in the order of a number, which is their
/// first column.
/// </summary>
internal sealed class RowsBeside(ExaminedRows rows)
{
    private ExaminedRow? _next = rows.Step() ? rows.Take() : null;

    /// <summary>How many rows were read.</summary>
    public long Count { get; private set; }

    /// <summary>Reads on, up to the last row of a number.</summary>
    public IEnumerable<ExaminedRow> UpTo(long number)
    {
        for (; _next is { } row && row.Int64(0) <= number; Count++)
        {
            yield return row;
            _next = rows.Step() ? rows.Take() : null;
        }
    }
}
