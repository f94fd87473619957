using System.Globalization;

namespace IdResolution.Storage.Migrations;

/// <summary>A step in code at its number in a dialect's sequence.</summary>
internal sealed record NumberedStep : Migration
{
    /// <param name="version">The number, which another dialect may have for something else.</param>
    /// <param name="step">What is done there.</param>
    /// <param name="epoch">Which step it is, 1 and up: the same in every dialect.</param>
    public NumberedStep(int version, CodeStep step, int epoch)
        : base(version, $"{version.ToString("000", CultureInfo.InvariantCulture)}_{step.Name}", Sum(step.Identity))
    {
        Step = step;
        Epoch = epoch;
    }

    public CodeStep Step { get; }

    /// <summary>What the store's epoch is after it; the negative while it is under way.</summary>
    public int Epoch { get; }

    /// <summary>The setting that tells how far it is.</summary>
    public string Setting => $"migration:{Version.ToString(CultureInfo.InvariantCulture)}";
}
