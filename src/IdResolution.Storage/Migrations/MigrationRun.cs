namespace IdResolution.Storage.Migrations;

/// <summary>What a migrator is asked to do.</summary>
/// <param name="Plan">The migrations to apply.</param>
/// <param name="Time">The clock.</param>
internal sealed record MigrationRun(MigrationPlan Plan, TimeProvider Time)
{
    /// <summary>Receives the progress of a step in code; null for nobody.</summary>
    public IProgress<MigrationProgress>? Progress { get; init; }

    /// <summary>
    /// True to leave a step in code on a store in use. It then runs beside the node, which reads meanwhile.
    /// </summary>
    public bool LeavesSteps { get; init; }

    /// <summary>
    /// True if the caller will only read, and so need not wait for a step that another node is running.
    /// </summary>
    public bool IsForReading { get; init; }
}
