namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Checks that the versions of each object are contiguous from 1 and in the log's order, that each object is a record,
/// a document or an event, and that the object counter is not below any object number.
/// </summary>
internal sealed class ObjectCheck(Examination examination)
{
    private static readonly string[] s_columns =
    [
        "object) FROM versions",
        "object) FROM records",
        "object) FROM documents",
        "object) FROM events",
        "number) FROM unregistered",
    ];

    public void Run() => examination.Check(["versions", "object counter"], faults => Run(faults[0], faults[1]));

    private void Run(CheckFaults versions, CheckFaults counter)
    {
        var highest = s_columns.Max(column => examination.Number($"SELECT MAX({column}"));
        var count = examination.Counter("object");
        counter.Summary = new($"{count:N0}, highest object {highest:N0}", $"{count:N0}，最大对象号 {highest:N0}");
        if (count is null || count < highest)
        {
            counter.Add(
                $"the counter says {count?.ToString() ?? "nothing"}, the highest object is {highest}",
                $"计数器为 {count?.ToString() ?? "空"}，最大对象号为 {highest}"
            );
        }
        CheckVersions(highest, versions);
    }

    private void CheckVersions(long highest, CheckFaults versions)
    {
        // In the order of the index, so that nothing is sorted.
        using var rows = examination.Read(
            """
            SELECT v.object, v.version, v.sequence, r.object, d.object, e.object
            FROM versions v
            LEFT JOIN records r ON r.object = v.object
            LEFT JOIN documents d ON d.object = v.object
            LEFT JOIN events e ON e.object = v.object
            ORDER BY v.object, v.version
            """
        );
        var objects = 0L;
        var holders = 1;
        var last = (Object: 0L, Version: 0L, Sequence: 0L);
        while (rows.Step())
        {
            var next = (Object: rows.Int64(0), Version: rows.Int64(1), Sequence: rows.Int64(2));
            examination.Tick(next.Object, highest);
            if (next.Object != last.Object || objects == 0)
            {
                CheckHolder(last.Object, last.Sequence, holders, versions);
                objects++;
                last = (next.Object, 0, 0);
                holders = Holders(rows);
            }
            CheckNext(last, next, versions);
            last = next;
        }
        CheckHolder(last.Object, last.Sequence, holders, versions);
        versions.Summary = new($"{objects:N0} objects", $"{objects:N0} 个对象");
    }

    private static int Holders(ExaminedRows rows) =>
        (rows.IsNull(3) ? 0 : 1) + (rows.IsNull(4) ? 0 : 1) + (rows.IsNull(5) ? 0 : 1);

    private static void CheckNext(
        (long Object, long Version, long Sequence) last,
        (long Object, long Version, long Sequence) next,
        CheckFaults versions
    )
    {
        // The checks of log and states name the entry, if body or version was altered.
        if (next.Version != last.Version + 1)
        {
            versions.Add(
                $"object {next.Object} has version {next.Version} after {last.Version}",
                $"对象 {next.Object} 的版本 {last.Version} 之后是版本 {next.Version}"
            );
        }
        if (next.Sequence < last.Sequence)
        {
            versions.Add(
                $"version {next.Version} of object {next.Object} stands before its predecessor in the log",
                $"对象 {next.Object} 的版本 {next.Version} 在日志中位于前一版本之前"
            );
        }
    }

    /// <summary>Checks that an object has one row, in the records, the documents or the events.</summary>
    /// <param name="number">The object.</param>
    /// <param name="newest">The entry of its newest version.</param>
    /// <param name="holders">How many rows there are.</param>
    /// <param name="versions">Receives the fault.</param>
    private static void CheckHolder(long number, long newest, int holders, CheckFaults versions)
    {
        if (holders == 0)
        {
            versions.Add(
                $"object {number} is neither record nor document nor event",
                $"对象 {number} 既无记录、文档，也无事件",
                newest
            );
        }
        else if (holders > 1)
        {
            // One of the two rows belongs to another object. The check of its table names the entry.
            versions.Add(
                $"object {number} is two of record, document and event",
                $"对象 {number} 兼为记录、文档、事件中的两种"
            );
        }
    }
}
