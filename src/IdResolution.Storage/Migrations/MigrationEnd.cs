using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Migrations;

/// <summary>The result of a migration run.</summary>
/// <param name="HasStepLeft">
/// True if a step in code is pending, or another node is running it. Writes are refused until it is done.
/// </param>
/// <param name="Warnings">What the operator should know.</param>
internal sealed record MigrationEnd(bool HasStepLeft, IReadOnlyList<Text> Warnings);
