namespace IdResolution.Core.Records;

/// <summary>
/// Describes a table beside the records. Its rows are derived from active records and are written with each version.
/// Both stores write, copy, erase and check the table by this description alone. A new table also needs its migrations
/// and the code that reads it. Immutable, so thread-safe.
/// </summary>
public sealed class SideTable
{
    /// <summary>The column with the record's object number. Every side table has it besides its own columns.</summary>
    public const string ObjectColumn = "object";

    /// <summary>
    /// The name in both stores. SQL Server also has the table type <c>NAME_rows</c> with the same columns.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The name of the table in the output of <c>idnode doctor</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The columns without <see cref="ObjectColumn"/>. The key columns come first.</summary>
    public required IReadOnlyList<SideColumn> Columns { get; init; }

    /// <summary>
    /// True if only one record may have a key, so that a second one is refused. False if several records may have it.
    /// </summary>
    public bool HasOneHolder { get; init; }

    /// <summary>
    /// True if rows stay when a record is revoked, and are written by the changes that mean them alone. False if the
    /// rows are those of an active record's content, written with each version.
    /// </summary>
    public bool OutlivesRecords { get; init; }

    /// <summary>Names the part of the table that a row is in, for the faults that <c>idnode doctor</c> finds.</summary>
    public required Func<SideRow, string> PartOf { get; init; }

    /// <summary>Adds the rows for the content of an active record.</summary>
    internal Action<RecordContent, List<SideRow>> Fill { get; init; } = static (_, _) => { };
}
