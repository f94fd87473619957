namespace IdResolution.Core.Traceability;

/// <summary>Whether something was calibrated at a time.</summary>
public enum CalibrationState
{
    /// <summary>It was due later.</summary>
    Valid,

    /// <summary>It was due before.</summary>
    Overdue,

    /// <summary>Its template says that it is calibrated, and nothing said by then until when it was.</summary>
    Never,

    /// <summary>Neither its template nor anything else says anything of calibration.</summary>
    NotSubject,

    /// <summary>It is not registered here, so nobody knows.</summary>
    Unknown,
}
