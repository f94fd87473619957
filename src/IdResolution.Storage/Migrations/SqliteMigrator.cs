using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Migrations;

/// <summary>Brings a database to this node's schema: numbered scripts, forward only, each in a transaction under the write lock.</summary>
internal sealed class SqliteMigrator(SqliteConnection connection, TimeProvider time)
{
    private const string Folder = "IdResolution.Storage.Migrations.Sqlite.";

    public void Migrate()
    {
        var scripts = Scripts();
        if (Applied().Count == scripts.Count && IsCurrent(scripts))
        {
            return;
        }
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)",
            transaction: transaction);
        // Another node may have migrated while this one waited for the lock.
        IsCurrent(scripts);
        foreach (var script in scripts.Skip(Applied().Count))
        {
            connection.Execute(script.Sql, transaction: transaction);
            connection.Execute(
                "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (@Version, @Name, @Checksum, @AppliedAt)",
                new { script.Version, script.Name, script.Checksum, AppliedAt = Core.Records.Micros.Now(time) },
                transaction);
        }
        transaction.Commit();
    }

    /// <summary>True where every script was applied, and how many were; changes nothing.</summary>
    /// <exception cref="DatabaseUnusableException">The database is newer than this node, or not of its making.</exception>
    public bool IsMigrated(out int version)
    {
        version = Applied().Count;
        return IsCurrent(Scripts());
    }

    /// <summary>True where every script was applied; refuses what this node must not touch.</summary>
    private bool IsCurrent(IReadOnlyList<Script> scripts)
    {
        var applied = Applied();
        if (applied.Count > scripts.Count)
        {
            throw new DatabaseUnusableException(
                $"The database has schema version {applied[^1].Version}, newer than this node's {scripts.Count}. Use the newer idnode, or restore a backup made with this version.");
        }
        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i].Checksum != scripts[i].Checksum)
            {
                throw new DatabaseUnusableException(
                    $"Schema version {applied[i].Version} of the database is not the one this node knows. Use the idnode that made it, or restore a backup.");
            }
        }
        return applied.Count == scripts.Count;
    }

    private List<AppliedScript> Applied()
    {
        var exists = connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'") > 0;
        return exists ? [.. connection.Query<AppliedScript>("SELECT version AS Version, checksum AS Checksum FROM schema_migrations ORDER BY version")] : [];
    }

    private static List<Script> Scripts()
    {
        var assembly = typeof(SqliteMigrator).Assembly;
        var scripts = new List<Script>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var sql = reader.ReadToEnd();
            var file = name[Folder.Length..];
            var version = int.Parse(file.AsSpan(0, 3), CultureInfo.InvariantCulture);
            scripts.Add(new Script(version, file, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)))));
        }
        return scripts;
    }

    private sealed record Script(int Version, string Name, string Sql, string Checksum);

    private sealed class AppliedScript
    {
        public long Version { get; init; }

        public string Checksum { get; init; } = "";
    }
}
