namespace IdResolution.Core.Analysis;

/// <summary>Items of a template of which nothing was measured in the trace.</summary>
/// <param name="Template">The code of the template.</param>
/// <param name="Count">How many items of it are in the trace.</param>
public sealed record RollupUnmeasured(string Template, int Count);
