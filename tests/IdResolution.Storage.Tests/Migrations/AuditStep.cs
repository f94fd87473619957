using System.Globalization;
using IdResolution.Storage.Migrations;

namespace IdResolution.Storage.Tests.Migrations;

/// <summary>A step that adds 1,000 to the count of each line of the audit log: a row done twice shows.</summary>
internal sealed class AuditStep(StepProbe probe) : CodeStep
{
    public override string Name => "audit_counts";

    public override string Identity => probe.Identity;

    public override async Task<StepEstimate> EstimateAsync(StepTransaction store, Action<long, long> looked) =>
        new(await store.ScalarAsync<long>("SELECT COUNT(*) FROM audit"), probe.Bytes);

    public override async Task<StepPage> RunPageAsync(StepTransaction store, string? mark)
    {
        probe.Pages++;
        var after = mark is null ? 0 : long.Parse(mark, CultureInfo.InvariantCulture);
        var rows = await store.QueryAsync<Line>(
            "SELECT id AS Id, [count] AS Count FROM audit WHERE id > @after ORDER BY id" + store.Dialect.Limit,
            new { after, limit = StepProbe.PageRows }
        );
        await store.ExecuteManyAsync(
            "UPDATE audit SET [count] = @count WHERE id = @id",
            ["id", "count"],
            rows.Select(r => new object[] { r.Id, r.Count + 1_000 })
        );
        probe.InPage?.Invoke(probe.Pages);
        var isLast = rows.Count < StepProbe.PageRows;
        return new StepPage(rows.Count, isLast ? null : rows[^1].Id.ToString(CultureInfo.InvariantCulture));
    }

    private sealed class Line
    {
        public long Id { get; init; }

        public long Count { get; init; }
    }
}
