namespace IdResolution.Benchmarks.Rows;

/// <summary>A row of the table.</summary>
/// <param name="Name">For <c>--only</c>.</param>
/// <param name="Work">What the node does.</param>
/// <param name="Against">What it is compared with, or empty.</param>
/// <param name="How">How it is measured, for readers of the table.</param>
/// <param name="MeasureAsync">Measures it.</param>
internal sealed record Row(
    string Name,
    string Work,
    string Against,
    string How,
    Func<Bench, CancellationToken, Task<Figures>> MeasureAsync
)
{
    public static IReadOnlyList<Row> All { get; } =
    [
        .. ResolveRows.All,
        .. SnmsRows.All,
        .. UpstreamRows.All,
        .. RedisRows.All,
        .. TailRow.All,
        .. RegisterRows.All,
        .. SqlServerRows.All,
        .. EventRows.All,
        .. StockRows.All,
        .. TraceRows.All,
        .. LotRows.All,
        .. QualityRows.All,
        .. AnalysisRows.All,
        .. StreamRow.All,
        .. HoldRows.All,
        .. GrpcRows.All,
        .. HandleRows.All,
        .. LatencyRow.All,
        .. AttackRows.All,
        .. DoctorRow.All,
        .. ProcessRows.All,
    ];
}
