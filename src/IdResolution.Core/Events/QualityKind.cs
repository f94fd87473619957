namespace IdResolution.Core.Events;

/// <summary>What a row of the quality archive is. The numbers are part of the store.</summary>
public enum QualityKind
{
    /// <summary>An item passed a step; the value is the number of measurements of the event.</summary>
    Step = 0,

    /// <summary>An item was inspected; the value is 1 where it failed, else 0.</summary>
    Inspection = 1,

    /// <summary>Something was measured.</summary>
    Measurement = 2,

    /// <summary>A defect was found; the value says how many.</summary>
    Defect = 3,
}
