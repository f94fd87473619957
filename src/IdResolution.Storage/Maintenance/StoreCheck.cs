using System.Data.Common;
using Dapper;
using IdResolution.Core.Documents;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>What a store says of itself, read without changing or making anything.</summary>
/// <param name="Version">The number of migrations applied.</param>
/// <param name="IsMigrated">True if its schema is this node's. If not, a start migrates it.</param>
/// <param name="KeyFingerprint">The fingerprint of the key file that the store was made with; null for none.</param>
/// <param name="Documents">Its documents; empty if its schema is not this node's.</param>
public sealed record StoreCheck(int Version, bool IsMigrated, string? KeyFingerprint, IReadOnlyList<Document> Documents)
{
    /// <summary>Reads a store; null if there is none yet. Nodes may run on it.</summary>
    /// <exception cref="DatabaseUnusableException">It is newer than this node, or not of this product.</exception>
    /// <exception cref="DbException">It cannot be read.</exception>
    public static StoreCheck? Read(StoreSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.IsSqlServer)
        {
            using var server = new Examining.SqlServerExamined(settings);
            return Read(server.Connection, server.IsMigrated(out var version), version);
        }
        if (!File.Exists(settings.File))
        {
            return null;
        }
        using var connection = SqliteFile.OpenUntouched(settings.File);
        var isMigrated = new SqliteMigrator(connection, TimeProvider.System).IsMigrated(out var applied);
        return Read(connection, isMigrated, applied);
    }

    private static StoreCheck? Read(DbConnection connection, bool isMigrated, int version)
    {
        if (version == 0)
        {
            return null;
        }
        if (!isMigrated)
        {
            return new StoreCheck(version, false, null, []);
        }
        return new StoreCheck(
            version,
            true,
            connection.ExecuteScalar<string?>(Statements.FindSetting, new { name = NodeStore.KeyFingerprintSetting }),
            [.. connection.Query<DocumentRow>(Statements.Documents).Select(row => row.ToDocument())]
        );
    }
}
