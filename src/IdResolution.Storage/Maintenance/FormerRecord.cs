using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>What a restore reads of a record with a business key in the former database.</summary>
/// <param name="Source">The source of the business key.</param>
/// <param name="SourceKey">The key in that source.</param>
/// <param name="Template">The code of the record's template.</param>
/// <param name="Key">The folded identifier.</param>
/// <param name="Sequence">The log entry of the last version, which has its state.</param>
/// <param name="IsRevoked">True for a tombstone.</param>
internal sealed record FormerRecord(
    string Source,
    string SourceKey,
    string Template,
    LookupKey Key,
    long Sequence,
    bool IsRevoked
)
{
    // Not by the index of business keys: where that is damaged, the table may be whole.
    /// <summary>The statement that reads them, without the direction at its end.</summary>
    public const string Select =
        "SELECT source, source_key, template, lookup_key, sequence, status FROM records NOT INDEXED "
        + "WHERE source_key IS NOT NULL AND template IS NOT NULL ORDER BY object ";

    /// <summary>Reads a row. What is damaged in it becomes empty.</summary>
    public static FormerRecord Read(SqliteDataReader row) =>
        new(
            row[0] as string ?? "",
            row[1] as string ?? "",
            row[2] as string ?? "",
            new LookupKey(row[3] as byte[] ?? []),
            row[4] as long? ?? 0,
            row[5] is (long)RecordStatus.Revoked
        );

    /// <summary>
    /// The identifier in the spelling of its registration, or in that of the key if the state is damaged.
    /// </summary>
    public string SpelledIn(byte[] state)
    {
        try
        {
            return RecordState.IdentifierOf(state) is { } spelling && LookupKey.Of(spelling) == Key
                ? spelling
                : Key.ToString();
        }
        catch (InvalidDataException)
        {
            return Key.ToString();
        }
    }
}
