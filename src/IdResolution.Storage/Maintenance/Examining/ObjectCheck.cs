namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Versions of each object are contiguous from 1 in the log's order, each object is a record or a document, and the
/// object counter is past them all.
/// </summary>
internal sealed class ObjectCheck(Examination examination)
{
    private static readonly string[] s_tables = ["versions", "records", "documents"];

    public void Run() => examination.Check(["versions", "object counter"], faults => Run(faults[0], faults[1]));

    private void Run(Faults versions, Faults counter)
    {
        var highest = s_tables.Max(table => examination.Number($"SELECT MAX(object) FROM {table}"));
        var count = examination.Counter("object");
        counter.Summary = $"{count:N0}, highest object {highest:N0}";
        if (count is null || count < highest)
        {
            counter.Add($"the counter says {count?.ToString() ?? "nothing"}, the highest object is {highest}");
        }
        // In the order of the index, so that nothing is sorted.
        using var rows = examination.Read(
            """
            SELECT v.object, v.version, v.sequence, r.object, d.object
            FROM versions v LEFT JOIN records r ON r.object = v.object LEFT JOIN documents d ON d.object = v.object
            ORDER BY v.object, v.version
            """
        );
        long objects = 0,
            lastObject = 0,
            lastVersion = 0,
            lastSequence = 0;
        while (rows.Step())
        {
            var (number, version, sequence) = (rows.Int64(0), rows.Int64(1), rows.Int64(2));
            examination.Tick(number, highest);
            if (number != lastObject || objects == 0)
            {
                objects++;
                (lastObject, lastVersion, lastSequence) = (number, 0, 0);
                var holders = (rows.IsNull(3) ? 0 : 1) + (rows.IsNull(4) ? 0 : 1);
                if (holders != 1)
                {
                    versions.Add(
                        $"object {number} is "
                            + $"{(holders == 0 ? "neither record nor document" : "both record and document")}"
                    );
                }
            }
            if (version != lastVersion + 1)
            {
                versions.Add($"object {number} has version {version} after {lastVersion}");
            }
            if (sequence < lastSequence)
            {
                versions.Add($"version {version} of object {number} stands before its predecessor in the log");
            }
            (lastVersion, lastSequence) = (version, sequence);
        }
        versions.Summary = $"{objects:N0} objects";
    }
}
