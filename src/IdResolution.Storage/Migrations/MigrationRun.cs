namespace IdResolution.Storage.Migrations;

/// <summary>What is wanted of a migrator.</summary>
/// <param name="Plan">What the schema is to be.</param>
/// <param name="Time">The clock.</param>
internal sealed record MigrationRun(MigrationPlan Plan, TimeProvider Time)
{
    /// <summary>Is told how far a step in code is.</summary>
    public IProgress<MigrationProgress>? Progress { get; init; }

    /// <summary>
    /// True where a step in code on a store in use is left to be run beside the node, which reads meanwhile.
    /// </summary>
    public bool LeavesSteps { get; init; }

    /// <summary>
    /// True where a step under way at another node is no reason to wait: reading is enough meanwhile.
    /// </summary>
    public bool IsForReading { get; init; }
}
