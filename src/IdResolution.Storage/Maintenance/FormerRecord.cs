using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>What a restore reads of a record in the former database, which may have an older schema.</summary>
/// <param name="Object">The object number.</param>
/// <param name="Template">The code of the record's template.</param>
/// <param name="Key">The folded identifier.</param>
/// <param name="Sequence">The log entry of the last version, which has its state.</param>
/// <param name="IsRevoked">True for a tombstone.</param>
internal sealed record FormerRecord(long Object, string Template, LookupKey Key, long Sequence, bool IsRevoked)
{
    /// <summary>The statement that reads them, without the direction at its end.</summary>
    public const string Select =
        "SELECT object, template, lookup_key, sequence, status FROM records NOT INDEXED WHERE template IS NOT NULL "
        + "ORDER BY object ";

    /// <summary>Reads a row. What is damaged in it becomes empty.</summary>
    public static FormerRecord Read(SqliteDataReader row) =>
        new(
            row[0] as long? ?? 0,
            row[1] as string ?? "",
            new LookupKey(row[2] as byte[] ?? []),
            row[3] as long? ?? 0,
            row[4] is (long)RecordStatus.Revoked
        );

    /// <summary>The business keys in the state of the last version; none if it is damaged.</summary>
    public static IReadOnlyList<BusinessKey> KeysIn(byte[] state)
    {
        try
        {
            return [.. RecordState.KeysOf(state).Where(key => key.SourceKey is not null)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

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
