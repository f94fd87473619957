using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Checks that the stock of every item in it is what its events say, once its reader of the log has taken all. Before,
/// it is of an earlier time.
/// </summary>
internal sealed class StockCheck(Examination examination)
{
    // Of items whose parts and places are kept in memory at a time.
    private const int ItemsAtOnce = 1_000;

    // Days end at different times in the plants of the world: by whole quarters of an hour, at most so far from UTC's.
    private const long Quarter = 15L * 60 * 1_000_000;
    private const long FurthestZone = 14 * 4 * Quarter;

    private static readonly byte[] s_noKey = [0];

    private readonly ExaminedGraph _graph = new(examination);
    private StockReckoning? _reckoning;

    public void Run() =>
        examination.Check(
            Doctor.StockCheckName,
            faults =>
            {
                faults.IsDerived = true;
                var rows = examination.Number("SELECT COUNT(*) FROM stock");
                faults.Summary = new($"{rows:N0} lines", $"{rows:N0} 行");
                if (IsAtTheHead(rows, faults))
                {
                    CheckRows(faults);
                }
            }
        );

    private bool IsAtTheHead(long rows, CheckFaults faults)
    {
        var readers = examination.Number($"SELECT COUNT(*) FROM log_readers WHERE name = '{StockRow.ReaderName}'");
        if (readers == 0)
        {
            if (rows > 0)
            {
                faults.Add(
                    "there is stock, and how far the log was read for it is not known",
                    "有库存，但不知日志读到何处"
                );
            }
            return false;
        }
        var cursor = $"SELECT [cursor] FROM log_readers WHERE name = '{StockRow.ReaderName}'";
        return examination.Number(cursor) >= examination.Counter("log");
    }

    private void CheckRows(CheckFaults faults)
    {
        var documents = new DocumentCheck(examination).Read(new CheckFaults(""));
        _reckoning = new StockReckoning(
            _graph,
            (key, _) => new(_graph.Record(key)),
            DocumentCheck.Build(documents.ConvertAll(d => d.Logged)),
            new PlantClock(TimeProvider.System, TimeZoneInfo.Utc)
        );
        var last = examination.Number("SELECT MAX(item) FROM stock");
        using var rows = examination.Read(
            "SELECT item, place, unit, holder, template, quantity, age FROM stock ORDER BY item"
        );
        var (own, items) = (new List<ExaminedRow>(), 0L);
        while (rows.Step())
        {
            var row = rows.Take();
            if (own.Count > 0 && own[0].Int64(0) != row.Int64(0))
            {
                CheckItem(own, faults);
                own.Clear();
                if (++items % ItemsAtOnce == 0)
                {
                    _graph.Forget();
                }
            }
            own.Add(row);
            examination.Tick(row.Int64(0), last);
        }
        if (own.Count > 0)
        {
            CheckItem(own, faults);
        }
    }

    private void CheckItem(List<ExaminedRow> own, CheckFaults faults)
    {
        var number = own[0].Int64(0);
        try
        {
            // Nothing waits: the rows are read here and now.
            var said = _graph.Item(number) is { } item
                ? _reckoning!.RowsAsync(item, CancellationToken.None).AsTask().GetAwaiter().GetResult()
                : [];
            if (said.Count == own.Count && said.All(one => own.Exists(row => IsSame(one, row))))
            {
                return;
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or ArgumentException)
        {
            // A key that is none, or a record that cannot be read, which another check tells of.
        }
        faults.Add($"the stock of object {number} is not what its events say", $"对象 {number} 的库存与其事件不符");
    }

    private static bool IsSame(StockRow said, ExaminedRow row) =>
        IsSame(said.Place, row.Bytes(1))
        && row.Text(2) == TextOf(said.Unit)
        && IsSame(said.Holder, row.Bytes(3))
        && row.Text(4) == said.Template
        && row.Text(5) == TextOf(said.Quantity)
        && IsSameAge(said.Age, row.Int64(6));

    private static bool IsSame(ItemKey? said, byte[] stored) =>
        stored.AsSpan().SequenceEqual(said?.Folded.Bytes ?? s_noKey);

    private static bool IsSameAge(long said, long stored)
    {
        if (said == stored || said == long.MaxValue || stored == long.MaxValue)
        {
            return said == stored;
        }
        // No single bit is such a distance.
        var apart = Math.Abs((decimal)said - stored);
        return apart <= FurthestZone && apart % Quarter == 0;
    }

    private static string TextOf(string text) => text.Length == 0 ? " " : text;
}
