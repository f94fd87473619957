namespace IdResolution.Storage.Migrations;

/// <summary>A script that a database had already.</summary>
internal sealed class AppliedScript
{
    public long Version { get; init; }

    public string Checksum { get; init; } = "";
}
