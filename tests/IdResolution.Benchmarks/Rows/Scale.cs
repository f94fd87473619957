namespace IdResolution.Benchmarks.Rows;

/// <summary>How much is measured.</summary>
/// <param name="Items">Items of the data set.</param>
/// <param name="Rounds">Pairs of rounds; medians are compared.</param>
/// <param name="Round">Length of a round.</param>
/// <param name="WarmUp">Length of a warm-up.</param>
/// <param name="Resolves">Resolutions before memory is read.</param>
/// <param name="Records">Records to which a database on the SQL server grows.</param>
internal sealed record Scale(long Items, int Rounds, TimeSpan Round, TimeSpan WarmUp, long Resolves, long Records)
{
    public static Scale Default { get; } =
        new(1_000_000, 5, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6), 1_000_000, 1_000_000);

    public static Scale Full { get; } = Default with { Items = 10_000_000 };

    public static Scale Smoke { get; } =
        new(10_000, 1, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), 20_000, 10_000);
}
