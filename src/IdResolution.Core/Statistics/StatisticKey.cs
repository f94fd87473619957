namespace IdResolution.Core.Statistics;

/// <summary>The key of a count.</summary>
/// <param name="Day">The day in the plant's time zone.</param>
/// <param name="Template">The template code; empty for records without template.</param>
/// <param name="Source">The source of the business key; empty for records without one.</param>
/// <param name="Operation">
/// <c>register</c>, <c>update</c>, <c>revoke</c>, <c>reinstate</c>, <c>erase</c> or <c>resolve</c>; of what nodes below
/// this one reported, those of <see cref="ReportedCount"/>, without template, and the name of their store as source.
/// </param>
/// <param name="Prefix">
/// The prefix of the records' identifiers, in upper case; empty for counts of earlier versions, which did not keep it.
/// </param>
public readonly record struct StatisticKey(
    DateOnly Day,
    string Template,
    string Source,
    string Operation,
    string Prefix = ""
);
