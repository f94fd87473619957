using System.Globalization;
using IdResolution.Core.Catalog;
using IdResolution.Core.Records;
using IdResolution.Core.Views;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>Fills a side table, which a script created empty, with the rows of existing records.</summary>
internal sealed class SideTableStep(SideTable table) : CodeStep
{
    private const int PageRecords = 1_000;

    // An estimate per record: two values, each with a row and an entry in an index.
    private const int BytesARecord = 300;

    public override string Name => $"fill_{table.Name}";

    public override string Identity => $"fill_{table.Name} 1";

    public override async Task<StepEstimate> EstimateAsync(StepTransaction store, Action<long, long> looked)
    {
        var records = await store.ScalarAsync<long>("SELECT COUNT(*) FROM records");
        return new StepEstimate(records, records * BytesARecord);
    }

    public override async Task<StepPage> RunPageAsync(StepTransaction store, string? mark)
    {
        var after = mark is null ? 0 : long.Parse(mark, CultureInfo.InvariantCulture);
        var catalog = await CatalogAsync(store);
        var records = await store.QueryAsync<Row>(
            """
            SELECT r.object AS Object, r.status AS Status, v.state AS State
            FROM records r JOIN versions v ON v.sequence = r.sequence
            WHERE r.object > @after ORDER BY r.object
            """ + store.Dialect.Limit,
            new { after, limit = PageRecords }
        );
        string[] names = [.. table.Columns.Select(c => c.Name), SideTable.ObjectColumn];
        await store.ExecuteManyAsync(
            $"INSERT INTO {table.Name} ({SideSql.Columns(table)}, {SideTable.ObjectColumn}) VALUES "
                + $"({string.Join(", ", names.Select(n => "@" + n))})",
            names,
            records.SelectMany(r => RowsOf(r, catalog).Select(row => Values(row, r.Object, store.Dialect)))
        );
        var isLast = records.Count < PageRecords;
        return new StepPage(records.Count, isLast ? null : records[^1].Object.ToString(CultureInfo.InvariantCulture));
    }

    private List<SideRow> RowsOf(Row row, NodeCatalog catalog)
    {
        var rows = new List<SideRow>();
        if (RecordReader.ContentOf(row.ToRecord(), catalog) is { } content)
        {
            table.Fill(content, rows);
        }
        return rows;
    }

    private object[] Values(SideRow row, long objectNumber, ISqlDialect dialect)
    {
        var values = row.Values.Select(
            (value, i) =>
                table.Columns[i].Kind switch
                {
                    SideColumnKind.Number => (object)value.Number,
                    SideColumnKind.Code => value.Text,
                    SideColumnKind.Text => dialect.Text(value.Text),
                    _ => dialect.Bytes(value.Bytes),
                }
        );
        return [.. values, objectNumber];
    }

    private sealed class Row
    {
        public long Object { get; init; }

        public long Status { get; init; }

        public byte[] State { get; init; } = [];

        public StoredRecord ToRecord() =>
            new()
            {
                Object = Object,
                Key = default,
                Sequence = 0,
                Version = 0,
                Status = (RecordStatus)Status,
                Digest = [],
                CreatedAt = 0,
                UpdatedAt = 0,
                State = State,
            };
    }
}
