namespace IdResolution.Storage.Migrations;

/// <summary>The estimated work of a step in code.</summary>
/// <param name="Rows">The number of rows in all, including those done in an earlier run.</param>
/// <param name="Bytes">The most bytes by which the database's files may grow, from beginning to end.</param>
internal sealed record StepEstimate(long Rows, long Bytes);
