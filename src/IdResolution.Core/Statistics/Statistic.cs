namespace IdResolution.Core.Statistics;

/// <summary>A count and what it counts.</summary>
public readonly record struct Statistic(StatisticKey Key, long Count);
