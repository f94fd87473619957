namespace IdResolution.Storage.Migrations;

/// <summary>What a database says of its migrations.</summary>
/// <param name="Applied">Those it has, in order.</param>
/// <param name="Epoch">Its last step in code, negative while that is under way; 0 where there was none.</param>
internal sealed record MigrationState(IReadOnlyList<AppliedMigration> Applied, long Epoch);
