namespace IdResolution.Storage.Migrations;

/// <summary>What came of a run.</summary>
/// <param name="HasStepLeft">
/// A step in code is pending, or another node is at it: writes are refused until it is done.
/// </param>
/// <param name="Warnings">What the operator should know.</param>
internal sealed record MigrationEnd(bool HasStepLeft, IReadOnlyList<string> Warnings);
