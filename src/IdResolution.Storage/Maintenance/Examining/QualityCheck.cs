using IdResolution.Core.Events;
using IdResolution.Core.Traceability;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Checks that the quality archive has what the states of events say, as far as its reader of the log has come.
/// </summary>
internal sealed class QualityCheck(Examination examination)
{
    public void Run() => examination.Check("quality", Run);

    private void Run(CheckFaults faults)
    {
        faults.IsDerived = true;
        var cursor = examination.Number(
            $"SELECT [cursor] FROM log_readers WHERE name = '{QualityArchivist.ReaderName}'"
        );
        var last = examination.Number("SELECT MAX(object) FROM events");
        using var events = examination.Read(
            """
            SELECT e.object, e.[time], e.made, e.voided, v.sequence, v.state
            FROM events e LEFT JOIN versions v ON v.object = e.object AND v.version = e.version
            ORDER BY e.object
            """
        );
        using var read = examination.ReadAside(
            """
            SELECT event, kind, [row], [time], role, member, step, name, unit, value, low, high
            FROM quality ORDER BY event, kind, [row]
            """
        );
        var rows = new RowsBeside(read);
        while (events.Step())
        {
            var row = events.Take();
            var number = row.Int64(0);
            examination.Tick(number, last);
            if (!IsRight(row, Own(rows, number, faults), cursor))
            {
                faults.Add(
                    $"event {number}: the archive has not what its state says",
                    $"事件 {number}：质量档案与其状态不符"
                );
            }
        }
        foreach (var row in rows.UpTo(long.MaxValue))
        {
            AddUnknown(faults, row.Int64(0));
        }
        var count = rows.Count;
        faults.Summary = new($"{count:N0} rows", $"{count:N0} 行");
    }

    /// <summary>The rows of an event. Those before it are of none.</summary>
    private static List<ExaminedRow> Own(RowsBeside rows, long number, CheckFaults faults)
    {
        var own = new List<ExaminedRow>();
        foreach (var row in rows.UpTo(number))
        {
            if (row.Int64(0) == number)
            {
                own.Add(row);
            }
            else
            {
                AddUnknown(faults, row.Int64(0));
            }
        }
        return own;
    }

    private static void AddUnknown(CheckFaults faults, long number) =>
        faults.Add($"event {number} is not there and is in the archive", $"事件 {number} 不存在，却在质量档案中");

    private static bool IsRight(ExaminedRow stored, List<ExaminedRow> own, long cursor)
    {
        var (made, voided, newest) = (stored.Int64(2), stored.Int64(3), stored.Int64(4));
        var isVoid = voided > 0 && voided <= cursor;
        // Where the log is read once more, there may be rows beyond the cursor.
        if (own.Count == 0 && (isVoid || made > cursor || voided > 0))
        {
            return true;
        }
        if (isVoid || newest > cursor)
        {
            // Erased since, or corrected.
            return !isVoid;
        }
        try
        {
            return AreSame(QualityRows.Of(stored.Bytes(5), out _), own, stored.Int64(1));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            // The check of events tells. The reader sets such an entry aside.
            return own.Count == 0;
        }
    }

    private static bool AreSame(IReadOnlyList<QualityRow> said, List<ExaminedRow> own, long time)
    {
        if (said.Count != own.Count)
        {
            return false;
        }
        var ordered = said.OrderBy(static r => r.Kind).ThenBy(static r => r.Row).ToList();
        for (var i = 0; i < own.Count; i++)
        {
            if (!IsSame(ordered[i], own[i], time))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsSame(QualityRow said, ExaminedRow row, long time) =>
        row.Int64(1) == (long)said.Kind
        && row.Int64(2) == said.Row
        && row.Int64(3) == time
        && row.Int64(4) == (long)said.Role
        && row.Int64(5) == said.Member
        && row.Text(6) == said.Step
        && row.Text(7) == said.Name
        && row.Text(8) == said.Unit
        && row.Number(9).Equals(said.Value)
        && row.Number(10).Equals(said.Low)
        && row.Number(11).Equals(said.High);
}
