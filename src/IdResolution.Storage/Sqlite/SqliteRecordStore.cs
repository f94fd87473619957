using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>Records in the embedded store: found with prepared statements, written in group commits.</summary>
internal sealed class SqliteRecordStore(SqliteEngine engine, long awaited) : RecordStore(engine, awaited)
{
    /// <inheritdoc/>
    public override ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            engine.Readers.Read(
                "find",
                key,
                static (reading, key) => RecordStatements.ReadLookup(reading.Find.Bind(1, key.Bytes))
            )
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<StoredRecord?>> FindAllAsync(
        IReadOnlyList<LookupKey> keys,
        CancellationToken cancellationToken
    ) =>
        new(
            engine.Readers.ReadTogether(
                "find records",
                keys.Count,
                keys,
                static (reading, keys) =>
                {
                    var found = new StoredRecord?[keys.Count];
                    for (var i = 0; i < found.Length; i++)
                    {
                        found[i] = RecordStatements.ReadLookup(reading.Find.Bind(1, keys[i].Bytes)).Record;
                    }
                    return found;
                }
            )
        );

    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyList<StoredRecord?>> LookUpAsync(
        IReadOnlyList<SideRow> keys,
        CancellationToken cancellationToken
    ) =>
        new(
            engine.Readers.Read(
                "find by business keys",
                keys,
                static (reading, keys) =>
                {
                    var found = new StoredRecord?[keys.Count];
                    for (var i = 0; i < found.Length; i++)
                    {
                        found[i] = reading.Of(keys[i].Table).FindHolder(keys[i]);
                    }
                    return found;
                }
            )
        );

    /// <inheritdoc/>
    public override Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    )
    {
        if (writes.Count == 0)
        {
            return Task.FromResult<IReadOnlyList<RecordWriteResult>>([]);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return engine.Telemetry.IsOn ? MeasuredWriteAsync(writes) : QueueAsync(writes);
    }

    private async Task<IReadOnlyList<RecordWriteResult>> MeasuredWriteAsync(IReadOnlyList<RecordWrite> writes)
    {
        using var operation = engine.Telemetry.Begin("write", writes.Count);
        var results = await QueueAsync(writes);
        foreach (var result in results)
        {
            if (result.Error is { } error)
            {
                operation?.Fail(error.Code.ToString());
                break;
            }
        }
        return results;
    }

    private Task<IReadOnlyList<RecordWriteResult>> QueueAsync(IReadOnlyList<RecordWrite> writes)
    {
        var batch = new WriteBatch<RecordWriteResult>(writes.Count);
        var jobs = new WriteJob[writes.Count];
        var erases = false;
        for (var i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new RecordJob(writes[i], batch, i);
            erases |= writes[i] is ChangeRecord { Erased.Count: > 0 };
        }
        engine.Writer.Enqueue(jobs);
        return erases ? FlushErasedAsync(batch.Task) : batch.Task;
    }

    private async Task<IReadOnlyList<RecordWriteResult>> FlushErasedAsync(
        Task<IReadOnlyList<RecordWriteResult>> written
    )
    {
        var results = await written;
        engine.FlushErased();
        return results;
    }
}
