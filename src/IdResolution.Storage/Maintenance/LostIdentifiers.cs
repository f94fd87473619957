using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Keeps the identifiers of items that a restore loses. They are on labels: an item that is sent again by its business
/// key gets its own back (<see cref="Core.Registration.ILostIdentifiers"/>).
/// </summary>
internal static class LostIdentifiers
{
    private const string HasTable = "SELECT name FROM sqlite_master WHERE name = 'lost_identifiers'";
    private const string HasKeys = "SELECT name FROM sqlite_master WHERE name = 'business_keys'";
    private const string KeysOfOlderRecord = "SELECT source, source_key FROM records WHERE object = @object";

    private const string KeysOfRecord =
        "SELECT json_extract(d.json, '$.code'), k.key FROM business_keys k JOIN documents d ON d.object = k.source "
        + "WHERE k.object = @object AND k.form < 2";

    private const string OfEarlierRestores = "SELECT source, source_key, template, identifier FROM lost_identifiers";

    /// <summary>
    /// Writes them into the restored database, as far as the former one can be read. Damage there is no failure.
    /// </summary>
    /// <param name="formerFile">The former database, which need not be there.</param>
    /// <param name="restoredFile">The restored database, migrated and not yet in place.</param>
    public static KeptIdentifiers Keep(string formerFile, string restoredFile)
    {
        using var restored = FormerDatabase.Open(restoredFile);
        using var transaction = restored.BeginTransaction();
        using var table = new LostIdentifierTable(restored);
        var sources = new FormerSources();
        sources.Read(new SalvagedRows(restored));
        var areAll = !File.Exists(formerFile) || KeepFrom(formerFile, table, sources);
        var kept = new KeptIdentifiers(table.CountLost(), areAll);
        transaction.Commit();
        return kept;
    }

    private static bool KeepFrom(string formerFile, LostIdentifierTable table, FormerSources sources)
    {
        SqliteConnection former;
        try
        {
            former = FormerDatabase.Open(formerFile);
        }
        catch (SqliteException)
        {
            return false;
        }
        using (former)
        {
            var rows = new SalvagedRows(former);
            sources.Read(rows);
            KeepEarlier(rows, table);
            // The lost ones are the last.
            KeepRecords(rows, former, table, sources, "DESC");
            if (rows.HasFault)
            {
                // What is behind the damage can be read from the other end.
                KeepRecords(rows, former, table, sources, "ASC");
            }
            return !rows.HasFault;
        }
    }

    /// <summary>Those that an earlier restore kept. An older schema has no table for them.</summary>
    private static void KeepEarlier(SalvagedRows rows, LostIdentifierTable table)
    {
        if (!rows.Read(HasTable, row => row.GetString(0)).Any())
        {
            return;
        }
        foreach (
            var kept in rows.Read(OfEarlierRestores, row => Array.ConvertAll([0, 1, 2, 3], i => row[i] as string ?? ""))
        )
        {
            table.Put(kept[0], kept[1], kept[2], kept[3]);
        }
    }

    private static void KeepRecords(
        SalvagedRows rows,
        SqliteConnection former,
        LostIdentifierTable table,
        FormerSources sources,
        string direction
    )
    {
        var keysOf = rows.Read(HasKeys, row => row.GetString(0)).Any() ? KeysOfRecord : KeysOfOlderRecord;
        using var keys = Query(former, keysOf, "@object", out var number);
        using var state = Query(
            former,
            "SELECT state FROM versions WHERE sequence = @sequence",
            "@sequence",
            out var sequence
        );
        foreach (var record in rows.Read(FormerRecord.Select + direction, FormerRecord.Read))
        {
            if (table.IsRestored(record.Key))
            {
                continue;
            }
            sequence.Value = record.Sequence;
            number.Value = record.Object;
            var bytes = rows.Try(() => state.ExecuteScalar() as byte[]) ?? [];
            var ofState = FormerRecord.KeysIn(bytes);
            // Where the state is damaged, the table of keys may be whole.
            foreach (var key in ofState.Count > 0 ? ofState : rows.Try(() => Read(keys)) ?? [])
            {
                KeepKey(record, key, bytes, table, sources);
            }
        }
    }

    private static SqliteCommand Query(SqliteConnection former, string sql, string name, out SqliteParameter parameter)
    {
        var command = former.CreateCommand();
        command.CommandText = sql;
        parameter = command.Parameters.Add(name, SqliteType.Integer);
        return command;
    }

    private static void KeepKey(
        FormerRecord record,
        BusinessKey key,
        byte[] state,
        LostIdentifierTable table,
        FormerSources sources
    )
    {
        // By the spelling too: a store may hold two keys that fold to the same.
        foreach (
            var spelling in new HashSet<string> { key.SourceKey!, sources.Fold(key.Source, key.SourceKey!, record.Key) }
        )
        {
            if (record.IsRevoked)
            {
                // An earlier restore may have kept the identifier, which was revoked since.
                table.Forget(key.Source, spelling);
            }
            else
            {
                table.Put(key.Source, spelling, record.Template, record.SpelledIn(state));
            }
        }
    }

    private static List<BusinessKey> Read(SqliteCommand keys)
    {
        var read = new List<BusinessKey>();
        using var rows = keys.ExecuteReader();
        while (rows.Read())
        {
            if (rows[0] is string source && rows[1] is string key)
            {
                read.Add(new BusinessKey(source, key));
            }
        }
        return read;
    }
}
