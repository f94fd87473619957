namespace IdResolution.Storage.Migrations;

/// <summary>The state of a database's migrations.</summary>
/// <param name="Applied">The applied migrations in order.</param>
/// <param name="Epoch">The epoch of the last step in code, negative while the step runs; 0 without a step.</param>
internal sealed record MigrationState(IReadOnlyList<AppliedMigration> Applied, long Epoch);
