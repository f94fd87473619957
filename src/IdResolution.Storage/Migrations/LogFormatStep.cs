using IdResolution.Core.Administration;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>
/// Makes body and leaf of every log entry anew in format 2 (<c>docs/log-format.md</c>), from its state: same number,
/// time and salts. The root over the leaves of format 1 is kept in the setting <see cref="Setting"/>.
/// </summary>
internal sealed class LogFormatStep(int pageEntries = LogFormatStep.PageEntries) : CodeStep
{
    /// <summary>The setting with size and root of the log of format 1: <c>SIZE ROOT</c>, in hexadecimal.</summary>
    public const string Setting = LogNamer.Format1Setting;

    private const int PageEntries = 1_000;

    // A value grows by its form. Two rows of each entry are written anew, which may move them.
    private const int BytesAnEntry = 64;

    public override string Name => "log_format_2";

    public override string Identity => "log_format_2 1";

    public override async Task<StepEstimate> EstimateAsync(StepTransaction store, Action<long, long> looked)
    {
        await RefuseTooLargeAsync(store);
        var entries = await store.ScalarAsync<long>("SELECT COUNT(*) FROM change_log");
        await RefuseDamagedAsync(store, done => looked(done, Math.Max(done, entries)));
        return new StepEstimate(entries, entries * BytesAnEntry);
    }

    public override async Task<StepPage> RunPageAsync(StepTransaction store, string? mark)
    {
        var former = mark is null ? new LogTree() : LogTree.Parse(mark);
        var templates = await CatalogAsync(store);
        var entries = await ReadAsync(store, former.Size);
        var rows = new List<object[]>(entries.Count);
        foreach (var entry in entries)
        {
            former.Add(entry.Leaf);
            var (body, state) = FormerEntry.Convert(entry.Sequence, entry.Body, entry.Leaf, entry.State, templates);
            rows.Add(RowOf(entry.Sequence, body, state, store.Dialect));
        }
        await store.ExecuteManyAsync(
            """
            UPDATE change_log SET body = @body, leaf = @leaf WHERE sequence = @sequence;
            UPDATE versions SET state = @state WHERE sequence = @sequence
            """,
            ["sequence", "body", "leaf", "state"],
            rows
        );
        if (entries.Count == pageEntries)
        {
            return new StepPage(entries.Count, former.ToString());
        }
        if (former.Size > 0)
        {
            await KeepRootAsync(store, former);
        }
        return new StepPage(entries.Count, null);
    }

    private static async Task KeepRootAsync(StepTransaction store, LogTree former)
    {
        var value = $"{former.Size} {Convert.ToHexStringLower(former.Root())}";
        await store.ExecuteAsync(Statements.AddSetting, new { name = Setting, value });
    }

    private static object[] RowOf(long sequence, byte[] body, byte[] state, ISqlDialect dialect) =>
        [sequence, dialect.LargeBytes(body), dialect.Bytes(LogBody.Leaf(body)), dialect.LargeBytes(state)];

    /// <summary>Format 2 has room for fewer commitments. Says so before anything is changed.</summary>
    private static async Task RefuseTooLargeAsync(StepTransaction store)
    {
        var states = await store.QueryAsync<Row>(
            $"""
            SELECT l.sequence AS Sequence, v.state AS State
            FROM change_log l JOIN versions v ON v.sequence = l.sequence
            WHERE {store.Dialect.Length}(l.body) > @length ORDER BY l.sequence
            """,
            new { length = LogBody.HeaderLength + (Commitments.Most * Commitments.Length) }
        );
        var names = states
            .Where(row => FormerEntry.CountConverted(row.State!) > Commitments.Most)
            .Select(row => $"{RecordState.IdentifierOf(row.State!)} (entry {row.Sequence})")
            .Distinct()
            .Take(10)
            .ToList();
        if (names.Count > 0)
        {
            throw new DatabaseUnusableException(
                $"The log's new format has room for {Commitments.Most:N0} commitments in an entry. More are in: "
                    + $"{string.Join(", ", names)}. Erase values that are not needed (idnode erase, with the version "
                    + "before), then migrate again. Nothing was changed.",
                $"日志的新格式每个条目至多 {Commitments.Most:N0} 个承诺值，以下条目超出：{string.Join("、", names)}。请用旧版本的 idnode erase "
                    + "擦除不需要的值，再迁移。未作任何修改。"
            );
        }
    }

    /// <summary>
    /// Converts all entries once without writing them: a log that is half of each format could go neither forward nor
    /// back.
    /// </summary>
    private async Task RefuseDamagedAsync(StepTransaction store, Action<long> looked)
    {
        var templates = await CatalogAsync(store);
        var last = 0L;
        IReadOnlyList<Row> entries;
        do
        {
            entries = await ReadAsync(store, last);
            foreach (var entry in entries)
            {
                if (entry.Sequence != ++last)
                {
                    throw FormerEntry.Damaged(last, "is missing", "缺失");
                }
                // Where the step is resumed, the first entries are done.
                if (LogBody.IsFormer(entry.Body))
                {
                    FormerEntry.Convert(entry.Sequence, entry.Body, entry.Leaf, entry.State, templates);
                }
            }
            if (last > 0)
            {
                looked(last);
            }
        } while (entries.Count == pageEntries);
    }

    private Task<IReadOnlyList<Row>> ReadAsync(StepTransaction store, long after) =>
        store.QueryAsync<Row>(
            """
            SELECT l.sequence AS Sequence, l.body AS Body, l.leaf AS Leaf, v.state AS State
            FROM change_log l LEFT JOIN versions v ON v.sequence = l.sequence
            WHERE l.sequence > @after ORDER BY l.sequence
            """ + store.Dialect.Limit,
            new { after, limit = pageEntries }
        );

    /// <summary>An entry as it is stored.</summary>
    private sealed class Row
    {
        public long Sequence { get; init; }

        public byte[] Body { get; init; } = [];

        public byte[] Leaf { get; init; } = [];

        public byte[]? State { get; init; }
    }
}
