namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Works on the rows of a query in batches, on all processors, while the calling thread reads on. That thread alone
/// uses the database, and gets the results in the order of the rows.
/// </summary>
internal static class ReadAhead
{
    private const int MaxRows = 512;
    private const int MaxBytes = 1 << 20;

    /// <summary>Gives the result for each batch.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="read">Called on the calling thread for each row.</param>
    /// <param name="work">Called for each batch, several at a time.</param>
    public static IEnumerable<T> Select<T>(
        ExaminedRows rows,
        Action<ExaminedRow> read,
        Func<IReadOnlyList<ExaminedRow>, T> work
    )
    {
        var running = new Queue<Task<T>>();
        while (Batch(rows, read) is { Count: > 0 } batch)
        {
            running.Enqueue(Task.Run(() => work(batch)));
            if (running.Count > Environment.ProcessorCount)
            {
                yield return running.Dequeue().GetAwaiter().GetResult();
            }
        }
        while (running.TryDequeue(out var next))
        {
            yield return next.GetAwaiter().GetResult();
        }
    }

    private static List<ExaminedRow> Batch(ExaminedRows rows, Action<ExaminedRow> read)
    {
        var batch = new List<ExaminedRow>(MaxRows);
        for (var bytes = 0; batch.Count < MaxRows && bytes < MaxBytes && rows.Step(); )
        {
            var row = rows.Take();
            read(row);
            batch.Add(row);
            bytes += row.Size();
        }
        return batch;
    }
}
