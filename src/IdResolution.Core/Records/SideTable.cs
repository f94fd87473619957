namespace IdResolution.Core.Records;

/// <summary>
/// A table beside the records, as data. Its rows follow from what active records hold, and are written with each
/// version. Both stores write, copy, erase and examine it by this description alone; besides it a new table needs its
/// migrations, and what reads it. Thread-safe: it never changes.
/// </summary>
public sealed class SideTable
{
    /// <summary>The column that every side table has besides its own: the record's number.</summary>
    public const string ObjectColumn = "object";

    /// <summary>
    /// Its name in both stores. SQL Server also has the table type <c>NAME_rows</c> of the same columns.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What <c>idnode doctor</c> calls it.</summary>
    public required string Title { get; init; }

    /// <summary>Its columns but <see cref="ObjectColumn"/>, those of the key first.</summary>
    public required IReadOnlyList<SideColumn> Columns { get; init; }

    /// <summary>
    /// True where a key belongs to one record alone: another that wants it is refused. False where several records may
    /// have it.
    /// </summary>
    public bool HasOneHolder { get; init; }

    /// <summary>Names the part of the table that a row is in, where <c>idnode doctor</c> finds a fault.</summary>
    public required Func<SideRow, string> PartOf { get; init; }

    /// <summary>Adds the rows that a record's content gives.</summary>
    internal Action<RecordContent, List<SideRow>> Fill { get; init; } = static (_, _) => { };
}
