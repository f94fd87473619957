namespace IdResolution.Core.Statistics;

/// <summary>What is counted together.</summary>
/// <param name="Day">The plant's day.</param>
/// <param name="Template">Template code, empty for records without one.</param>
/// <param name="Source">Source of the business key, empty where there is none.</param>
/// <param name="Operation">
/// <c>register</c>, <c>update</c>, <c>revoke</c>, <c>reinstate</c>, <c>erase</c> or <c>resolve</c>.
/// </param>
public readonly record struct StatisticKey(DateOnly Day, string Template, string Source, string Operation);
