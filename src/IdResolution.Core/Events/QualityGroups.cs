namespace IdResolution.Core.Events;

/// <summary>How many items were inspected.</summary>
/// <param name="First">What the group has in common in the first dimension.</param>
/// <param name="Second">What it has in common in the second; nothing where there is none.</param>
/// <param name="Inspected">How many inspections; an item counts each time.</param>
/// <param name="Failed">How many of them failed.</param>
/// <param name="Once">How many were the first of their item at their step.</param>
/// <param name="OncePassed">How many of those passed.</param>
public sealed record InspectionGroup(
    QualityKey First,
    QualityKey Second,
    long Inspected,
    long Failed,
    long Once,
    long OncePassed
);

/// <summary>What was measured.</summary>
/// <param name="First">What the group has in common in the first dimension.</param>
/// <param name="Second">What it has in common in the second; nothing where there is none.</param>
/// <param name="Characteristic">What was measured; empty where values are not asked for.</param>
/// <param name="Unit">The unit of the values; empty for none.</param>
/// <param name="Sums">What the values come to.</param>
public sealed record MeasurementGroup(
    QualityKey First,
    QualityKey Second,
    string Characteristic,
    string Unit,
    MeasurementSums Sums
);

/// <summary>How often a defect was found.</summary>
/// <param name="First">What the group has in common in the first dimension.</param>
/// <param name="Second">What it has in common in the second; nothing where there is none.</param>
/// <param name="Code">The code of the defect.</param>
/// <param name="Count">How many.</param>
public sealed record DefectGroup(QualityKey First, QualityKey Second, string Code, double Count);
