namespace IdResolution.Core.Events;

/// <summary>Which items' steps to count in the quality archive.</summary>
/// <param name="Template">The code of the items' template.</param>
/// <param name="From">The event's time is this or later, in microseconds since 1970 UTC.</param>
/// <param name="To">The event's time is before this, in microseconds since 1970 UTC.</param>
/// <param name="Limit">The greatest number of answers, 1 or more.</param>
public sealed record StepQuery(string Template, long From, long To, int Limit);
