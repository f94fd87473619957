using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Records.Import;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>A CSV file of events and links, with columns named like their members.</summary>
internal sealed class EventCsv(CsvFile csv, EventColumns columns) : IEventRows
{
    public ImportFiles Files { get; } = new(csv.Path, csv.BadRowsFile, csv.ProgressFile);

    public Text Unit { get; } = new("row", "行");

    public string Mapping { get; } =
        csv.Delimiter + '\n' + string.Join('\n', columns.Members.Select(m => $"{m.Member}={m.Column}"));

    public long Row => csv.Row;

    public double Share => csv.Share;

    public string DigestOfAll() => csv.DigestOfAll();

    public bool Skip() => csv.Read();

    public EventRow? Read()
    {
        if (!csv.Read())
        {
            return null;
        }
        var (cells, fault) = csv.Cells();
        if (fault is { } wrong)
        {
            return Bad(cells, wrong);
        }
        var row = new EventCells(columns, cells);
        if (row.Find("sourceKey") is { } key && CsvRowReader.IsSpoilt(key))
        {
            return Bad(cells, CsvRowReader.Spoilt(key));
        }
        return row.Make(out var json) is { } lost ? Bad(cells, lost) : EventRow.Read(csv.Row, cells, json);
    }

    // Events have a reason of their own, and the file is imported when it is mended.
    public IBadRows OpenBad() =>
        new BadRows(csv.BadRowsFile, ["bad.row", "bad.reason", .. csv.Header], csv.Delimiter[0], csv.HasMark);

    public void Dispose() => csv.Dispose();

    private EventRow Bad(string[] cells, Text fault) =>
        new(csv.Row, cells) { Event = new Error(ErrorCode.Malformed, fault) };
}
