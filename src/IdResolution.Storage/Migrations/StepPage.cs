namespace IdResolution.Storage.Migrations;

/// <summary>What one page of a step did.</summary>
/// <param name="Rows">Rows done.</param>
/// <param name="Mark">Where the next page begins; null after the last.</param>
internal sealed record StepPage(long Rows, string? Mark);
