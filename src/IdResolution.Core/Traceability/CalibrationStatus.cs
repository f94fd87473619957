namespace IdResolution.Core.Traceability;

/// <summary>The calibration of something at a time.</summary>
/// <param name="State">Whether it was calibrated.</param>
/// <param name="Until">The date or time until which it was, and what says so; null where nothing does.</param>
public sealed record CalibrationStatus(CalibrationState State, SaidValue? Until = null)
{
    /// <summary>How states are called.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["valid", "overdue", "never-calibrated", "not-subject", "unknown"];

    /// <summary>What the state is called.</summary>
    public string Name => Names[(int)State];
}
