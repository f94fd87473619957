namespace IdResolution.Storage.Migrations;

/// <summary>How far a step in code is.</summary>
/// <param name="Migration">Its number and name.</param>
/// <param name="Done">Rows done, those of an earlier run included.</param>
/// <param name="Total">Rows there are to do, as estimated.</param>
/// <param name="Left">The time left at the rate of this run; null as long as that is not known.</param>
public sealed record MigrationProgress(string Migration, long Done, long Total, TimeSpan? Left)
{
    /// <summary>The part that is done, 0 to 1.</summary>
    public double Part => Total <= 0 ? 1 : Math.Clamp((double)Done / Total, 0, 1);
}
