using System.Data;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>Records in a SQL Server database. Resolutions use the replica's answer if its head is new enough.</summary>
internal sealed class SqlServerRecordStore(SqlServerEngine engine, long awaited) : RecordStore(engine, awaited)
{
    /// <inheritdoc/>
    public override ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken) =>
        new(FindAsync(engine.Database, key, cancellationToken));

    /// <inheritdoc/>
    public override async ValueTask<RecordLookup> ResolveAsync(
        LookupKey key,
        long seen,
        CancellationToken cancellationToken
    )
    {
        if (engine.Replica is { IsRefusing: false } replica)
        {
            try
            {
                var found = await FindAsync(replica, key, cancellationToken);
                if (found.Head >= seen)
                {
                    return found;
                }
            }
            catch (StoreException)
            {
                // The replica is away: the primary knows the answer.
            }
        }
        return await FindAsync(engine.Database, key, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<StoredRecord?>> FindAllAsync(
        IReadOnlyList<LookupKey> keys,
        CancellationToken cancellationToken
    )
    {
        var lookups = new GroupLookups();
        foreach (var key in keys.Distinct())
        {
            lookups.AddKey(key);
        }
        return await LookUpAsync("find records", lookups, keys.Select(RowKey.OfRecord), cancellationToken);
    }

    /// <inheritdoc/>
    protected override async ValueTask<IReadOnlyList<StoredRecord?>> LookUpAsync(
        IReadOnlyList<SideRow> keys,
        CancellationToken cancellationToken
    )
    {
        var lookups = new GroupLookups();
        foreach (var key in keys)
        {
            lookups.AddSide(key);
        }
        return await LookUpAsync("find by business keys", lookups, keys.Select(RowKey.OfSide), cancellationToken);
    }

    private Task<StoredRecord?[]> LookUpAsync(
        string name,
        GroupLookups lookups,
        IEnumerable<RowKey> keys,
        CancellationToken cancellationToken
    ) =>
        engine.Database.RunAsync(
            name,
            async (connection, stop) =>
            {
                await lookups.ReadAsync(connection, engine.Database.Seconds, stop);
                return keys.Select(lookups.Find).ToArray();
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    )
    {
        if (writes.Count == 0)
        {
            return [];
        }
        cancellationToken.ThrowIfCancellationRequested();
        using var operation = engine.Database.Telemetry.Begin("write", writes.Count);
        var batch = new WriteBatch<RecordWriteResult>(writes.Count);
        engine.Writer.Enqueue([.. writes.Select((write, i) => new SqlServerRecordJob(write, batch, i))]);
        var results = await batch.Task;
        if (results.FirstOrDefault(r => r.Error is not null) is { } failed)
        {
            operation?.Fail(failed.Error!.Code.ToString());
        }
        return results;
    }

    private static async Task<RecordLookup> FindAsync(
        SqlServerDatabase database,
        LookupKey key,
        CancellationToken cancellationToken
    ) =>
        await database.RunAsync(
            "find",
            async (connection, stop) =>
            {
                await using var command = Command(database, connection, SqlServerStatements.Find);
                command.Parameters.Add("@key", SqlDbType.VarBinary, LookupKey.MaxLength).Value = key.Bytes;
                await using var reader = await command.ExecuteReaderAsync(stop);
                var head = await reader.ReadAsync(stop) ? reader.GetInt64(0) : 0;
                await reader.NextResultAsync(stop);
                return new RecordLookup(await reader.ReadAsync(stop) ? RecordRow.Read(reader) : null, head);
            },
            cancellationToken
        );

    private static SqlCommand Command(SqlServerDatabase database, SqlConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = database.Seconds;
        return command;
    }
}
