using System.Globalization;

namespace IdResolution.Storage.Migrations;

/// <summary>A step in code with its number in a dialect.</summary>
internal sealed record NumberedStep : Migration
{
    /// <param name="version">The number; in another dialect it may belong to another migration.</param>
    /// <param name="step">The step to run.</param>
    /// <param name="epoch">The position among the steps, 1 and up; the same in every dialect.</param>
    public NumberedStep(int version, CodeStep step, int epoch)
        : base(version, $"{version.ToString("000", CultureInfo.InvariantCulture)}_{step.Name}", Sum(step.Identity))
    {
        Step = step;
        Epoch = epoch;
    }

    public CodeStep Step { get; }

    /// <summary>The store's epoch after the step; negated while the step is running.</summary>
    public int Epoch { get; }

    /// <summary>The name of the setting that keeps the step's mark.</summary>
    public string Setting => $"migration:{Version.ToString(CultureInfo.InvariantCulture)}";
}
