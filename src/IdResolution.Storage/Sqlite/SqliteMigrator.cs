using Dapper;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// Brings a database to this node's schema: numbered scripts, forward only, each in a transaction under the write lock.
/// </summary>
internal sealed class SqliteMigrator(SqliteConnection connection, TimeProvider time)
{
    public void Migrate()
    {
        var scripts = Script.All("Sqlite");
        if (Applied().Count == scripts.Count && IsCurrent(scripts))
        {
            return;
        }
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT "
                + "NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)",
            transaction: transaction
        );
        // Another node may have migrated while this one waited for the lock.
        IsCurrent(scripts);
        foreach (var script in scripts.Skip(Applied().Count))
        {
            connection.Execute(script.Sql, transaction: transaction);
            connection.Execute(
                "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (@Version, @Name, "
                    + "@Checksum, @AppliedAt)",
                new
                {
                    script.Version,
                    script.Name,
                    script.Checksum,
                    AppliedAt = Core.Primitives.Micros.Now(time),
                },
                transaction
            );
        }
        transaction.Commit();
    }

    /// <summary>True where every script was applied, and how many were; changes nothing.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// The database is newer than this node, or not of its making.
    /// </exception>
    public bool IsMigrated(out int version)
    {
        version = Applied().Count;
        return IsCurrent(Script.All("Sqlite"));
    }

    private bool IsCurrent(IReadOnlyList<Script> scripts) => Script.AreApplied(scripts, Applied());

    private List<AppliedScript> Applied()
    {
        var exists =
            connection.ExecuteScalar<long>(
                "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
            ) > 0;
        return exists
            ?
            [
                .. connection.Query<AppliedScript>(
                    "SELECT version AS Version, checksum AS Checksum FROM schema_migrations ORDER BY version"
                ),
            ]
            : [];
    }
}
