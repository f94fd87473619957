namespace IdResolution.Core.Events;

/// <summary>How often a step was passed.</summary>
/// <param name="Step">The step.</param>
/// <param name="Items">How many items passed it.</param>
/// <param name="Passes">How often, each item each time.</param>
/// <param name="WithoutValues">How many of these times nothing was measured.</param>
public sealed record StepCount(string Step, long Items, long Passes, long WithoutValues);
