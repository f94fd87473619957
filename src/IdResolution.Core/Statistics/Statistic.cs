namespace IdResolution.Core.Statistics;

/// <summary>A count.</summary>
public readonly record struct Statistic(StatisticKey Key, long Count);
