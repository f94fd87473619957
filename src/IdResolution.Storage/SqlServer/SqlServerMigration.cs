using IdResolution.Storage.Migrations;

namespace IdResolution.Storage.SqlServer;

/// <summary>What is wanted of the migrator.</summary>
/// <param name="Time">The clock.</param>
internal sealed record SqlServerMigration(TimeProvider Time)
{
    /// <summary>What the schema of a SQL Server database is.</summary>
    public static readonly MigrationPlan Schema = MigrationPlan.Of("SqlServer");

    public MigrationPlan Plan { get; init; } = Schema;

    /// <summary>Is told how far a step in code is.</summary>
    public IProgress<MigrationProgress>? Progress { get; init; }

    /// <summary>True where a step under way at another node is no reason to wait: reading is enough meanwhile.</summary>
    public bool IsForReading { get; init; }
}
