namespace IdResolution.Storage.Migrations;

/// <summary>The progress of a step in code.</summary>
/// <param name="Migration">The number and name of the migration.</param>
/// <param name="Done">Rows done, including those of an earlier run.</param>
/// <param name="Total">The estimated number of rows in all.</param>
/// <param name="Left">The time left at the rate of this run; null while the rate is not known.</param>
public sealed record MigrationProgress(string Migration, long Done, long Total, TimeSpan? Left)
{
    /// <summary>The done part, from 0 to 1.</summary>
    public double Part => Total <= 0 ? 1 : Math.Clamp((double)Done / Total, 0, 1);
}
