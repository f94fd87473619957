using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>Opens the embedded store: one SQLite file in WAL mode with <c>synchronous=FULL</c>.</summary>
public static class SqliteStore
{
    /// <summary>Opens the store, with one writer and a pool of readers.</summary>
    /// <param name="database">The opened and migrated file.</param>
    /// <param name="telemetry">The node's telemetry; null for none.</param>
    public static NodeStore Open(SqliteDatabase database, NodeTelemetry? telemetry = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        var engine = new SqliteEngine(database, telemetry ?? NodeTelemetry.None);
        return new NodeStore(
            engine,
            new SqliteRecordStore(engine, database.HasStepLeft ? database.Epoch : 0),
            new SqliteDocumentStore(engine),
            new SqliteEventStore(engine),
            [],
            database.HasStepLeft
        );
    }
}
