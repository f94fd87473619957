namespace IdResolution.Storage.Migrations;

/// <summary>How much a step has to do.</summary>
/// <param name="Rows">Rows in all, those of an earlier run included.</param>
/// <param name="Bytes">How much the database's files may grow, from beginning to end.</param>
internal sealed record StepEstimate(long Rows, long Bytes);
