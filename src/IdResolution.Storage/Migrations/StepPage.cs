namespace IdResolution.Storage.Migrations;

/// <summary>The result of one page of a step.</summary>
/// <param name="Rows">The number of rows done.</param>
/// <param name="Mark">The position of the next page; null after the last page.</param>
internal sealed record StepPage(long Rows, string? Mark);
