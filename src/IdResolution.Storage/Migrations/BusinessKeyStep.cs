using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>
/// Moves the business keys of records to a table of their own, folded, in the order in which the records were made. A
/// key that folds to one already there stays bound by its exact spelling. Each source becomes a document of the node.
/// </summary>
internal sealed class BusinessKeyStep : CodeStep
{
    private const int PageRecords = 1_000;

    // A parameter each; a server takes at most 2,100.
    private const int KeysAtOnce = 1_000;

    // A row and an entry in the index by object.
    private const int BytesARecord = 150;

    // The script after this step drops two columns, for each of which SQLite writes all rows of records anew. SQL
    // Server does not, and is asked for too much.
    private const int BytesRewritten = 2 * 250;

    public override string Name => "fill_business_keys";

    public override string Identity => "fill_business_keys 1";

    public override async Task<StepEstimate> EstimateAsync(StepTransaction store, Action<long, long> looked)
    {
        var records = await store.ScalarAsync<long>("SELECT COUNT(*) FROM records");
        return new StepEstimate(records, records * (BytesARecord + BytesRewritten));
    }

    public override async Task<StepPage> RunPageAsync(StepTransaction store, string? mark)
    {
        var after = mark is null ? 0 : long.Parse(mark, CultureInfo.InvariantCulture);
        var records = await store.QueryAsync<Row>(
            "SELECT object AS Object, source AS Source, source_key AS SourceKey "
                + "FROM records WHERE object > @after ORDER BY object"
                + store.Dialect.Limit,
            new { after, limit = PageRecords }
        );
        await AddAsync(store, [.. records.Where(r => r.SourceKey is not null)]);
        var isLast = records.Count < PageRecords;
        return new StepPage(records.Count, isLast ? null : records[^1].Object.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task AddAsync(StepTransaction store, List<Row> records)
    {
        var catalog = await AddSourcesAsync(store, records);
        var taken = await TakenAsync(store, records, catalog);
        var (rows, exact) = RowsOf(records, catalog, taken);
        await store.ExecuteManyAsync(
            "INSERT INTO business_keys (source, folded, form, [key], object) VALUES "
                + "(@source, @folded, @form, @text, @object)",
            ["source", "folded", "form", "text", "object"],
            rows.Concat(exact).Select(r => Values(r.Row, r.Object, store.Dialect))
        );
        foreach (var number in exact.Select(r => r.Row.Values[0].Number).Distinct())
        {
            var source = catalog.FindSource(number)!;
            if (!source.HasOtherForms)
            {
                var document = catalog.FindDocument(LogKind.Configuration, source.DocumentCode);
                await WriteAsync(store, source with { HasOtherForms = true }, document);
            }
        }
    }

    /// <summary>Makes the documents of sources that have none yet. Gives the catalog with them.</summary>
    private static async Task<NodeCatalog> AddSourcesAsync(StepTransaction store, List<Row> records)
    {
        var catalog = await CatalogAsync(store);
        var isChanged = false;
        foreach (var code in records.Select(r => TextOf(r.Source)).Distinct(StringComparer.Ordinal))
        {
            if (catalog.SourcesOf(code, null).Count == 0)
            {
                await WriteAsync(store, Source.New(code, null), null);
                isChanged = true;
            }
        }
        return isChanged ? await CatalogAsync(store) : catalog;
    }

    /// <summary>The rows of folded keys, and of those that fold to one that is taken the exact ones.</summary>
    private static (IEnumerable<KeyRow> Folded, List<KeyRow> Exact) RowsOf(
        List<Row> records,
        NodeCatalog catalog,
        HashSet<LookupKey> taken
    )
    {
        var rows = new Dictionary<LookupKey, KeyRow>(records.Count);
        var exact = new List<KeyRow>();
        foreach (var record in records)
        {
            var row = RowOf(record, catalog);
            if (taken.Contains(KeyOf(row)) || !rows.TryAdd(KeyOf(row), new(row, record.Object)))
            {
                exact.Add(new(BusinessKeys.ExactRow(row.Values[0].Number, TextOf(record.SourceKey)), record.Object));
            }
        }
        return (rows.Values, exact);
    }

    /// <summary>The folded keys of these records that records of earlier pages have.</summary>
    private static async Task<HashSet<LookupKey>> TakenAsync(
        StepTransaction store,
        List<Row> records,
        NodeCatalog catalog
    )
    {
        var taken = new HashSet<LookupKey>();
        foreach (var ofSource in records.Select(record => RowOf(record, catalog)).GroupBy(r => r.Values[0].Number))
        {
            foreach (var chunk in ofSource.Chunk(KeysAtOnce))
            {
                var parameters = new DynamicParameters();
                parameters.Add("source", ofSource.Key);
                var names = new List<string>(chunk.Length);
                foreach (var (i, row) in chunk.Index())
                {
                    names.Add($"@folded{i}");
                    parameters.Add($"folded{i}", store.Dialect.Bytes(row.Values[1].Bytes));
                }
                var found = await store.QueryAsync<Taken>(
                    "SELECT folded AS Folded FROM business_keys WHERE source = @source AND form = 0 AND folded IN ("
                        + $"{string.Join(", ", names)})",
                    parameters
                );
                taken.UnionWith(found.Select(row => KeyOf(ofSource.Key, row.Folded)));
            }
        }
        return taken;
    }

    /// <summary>Appends an entry with a document, as a node does that writes one.</summary>
    private static async Task WriteAsync(StepTransaction store, Source source, Document? before)
    {
        var json = JsonSerializer.Serialize(source, CatalogJson.Default.Source);
        var write = DocumentWrite.Of(
            LogKind.Configuration,
            source.DocumentCode,
            before?.Version ?? 0,
            json,
            actor: 0,
            store.Time
        );
        var number = before?.Object ?? await NextAsync(store, "object");
        var body = WriteRules.Body(write, number).Encode(write.Commitments);
        var parameters = new
        {
            sequence = await NextAsync(store, "log"),
            body = store.Dialect.LargeBytes(body),
            leaf = store.Dialect.Bytes(LogBody.Leaf(body)),
            state = store.Dialect.LargeBytes(write.State),
            number,
            version = write.ExpectedVersion + 1,
            kind = (long)write.Kind,
            code = write.Code,
            json,
        };
        await store.ExecuteAsync(
            "INSERT INTO change_log (sequence, body, leaf) VALUES (@sequence, @body, @leaf)",
            parameters
        );
        await store.ExecuteAsync(
            "INSERT INTO versions (sequence, object, version, state) VALUES (@sequence, @number, @version, @state)",
            parameters
        );
        await store.ExecuteAsync(
            before is null
                ? "INSERT INTO documents (kind, code, object, version, sequence, json) VALUES "
                    + "(@kind, @code, @number, @version, @sequence, @json)"
                : "UPDATE documents SET version = @version, sequence = @sequence, json = @json WHERE object = @number",
            parameters
        );
    }

    private static async Task<long> NextAsync(StepTransaction store, string counter)
    {
        await store.ExecuteAsync("UPDATE counters SET value = value + 1 WHERE name = @counter", new { counter });
        return await store.ScalarAsync<long>("SELECT value FROM counters WHERE name = @counter", new { counter });
    }

    private static SideRow RowOf(Row record, NodeCatalog catalog) =>
        catalog.SourcesOf(TextOf(record.Source), null)[0].RowOf(TextOf(record.SourceKey));

    private static LookupKey KeyOf(SideRow row) => KeyOf(row.Values[0].Number, row.Values[1].Bytes);

    private static LookupKey KeyOf(long source, byte[] folded) => new([.. BitConverter.GetBytes(source), .. folded]);

    /// <summary>A text as SQLite keeps it, or its bytes in UTF-8, as SQL Server does.</summary>
    private static string TextOf(object? column) =>
        column is byte[] utf8 ? Encoding.UTF8.GetString(utf8) : (string)column!;

    private static object[] Values(SideRow row, long objectNumber, ISqlDialect dialect) =>
        [
            row.Values[0].Number,
            dialect.Bytes(row.Values[1].Bytes),
            row.Values[2].Number,
            dialect.Text(row.Values[3].Text),
            objectNumber,
        ];

    private readonly record struct KeyRow(SideRow Row, long Object);

    private sealed class Row
    {
        public long Object { get; init; }

        public object? Source { get; init; }

        public object? SourceKey { get; init; }
    }

    private sealed class Taken
    {
        public byte[] Folded { get; init; } = [];
    }
}
