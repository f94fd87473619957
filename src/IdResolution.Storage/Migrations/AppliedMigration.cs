namespace IdResolution.Storage.Migrations;

/// <summary>A migration that was applied to a database.</summary>
internal sealed class AppliedMigration
{
    public long Version { get; init; }

    public string Checksum { get; init; } = "";
}
