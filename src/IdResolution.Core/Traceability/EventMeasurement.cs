namespace IdResolution.Core.Traceability;

/// <summary>A value that was measured or set. Numbers are in JSON syntax.</summary>
public sealed record EventMeasurement
{
    /// <summary>What was measured, such as <c>thickness</c>.</summary>
    public string? Characteristic { get; init; }

    /// <summary>The value.</summary>
    public string? Value { get; init; }

    /// <summary>The value where it is no number.</summary>
    public string? Text { get; init; }

    /// <summary>The unit of all numbers.</summary>
    public string? Unit { get; init; }

    /// <summary>The lower limit.</summary>
    public string? Low { get; init; }

    /// <summary>The upper limit.</summary>
    public string? High { get; init; }

    /// <summary>What it was set to be.</summary>
    public string? Set { get; init; }

    /// <summary>What it means, such as <c>pass</c>.</summary>
    public string? Result { get; init; }

    /// <summary>What it was measured with: an identifier or a text.</summary>
    public string? Instrument { get; init; }
}
