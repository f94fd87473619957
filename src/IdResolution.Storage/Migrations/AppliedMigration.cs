namespace IdResolution.Storage.Migrations;

/// <summary>A migration that a database had already.</summary>
internal sealed class AppliedMigration
{
    public long Version { get; init; }

    public string Checksum { get; init; } = "";
}
