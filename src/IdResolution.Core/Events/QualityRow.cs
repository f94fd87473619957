namespace IdResolution.Core.Events;

/// <summary>One row of the quality archive: what an event says of one item, measurement or defect.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Row">Its number among those of its kind and event, from 0.</param>
public sealed record QualityRow(QualityKind Kind, int Row)
{
    /// <summary>The role of the item that it is about, as a part of the event; 0 for none.</summary>
    public MemberRole Role { get; init; }

    /// <summary>The row of that item among the members of the event.</summary>
    public int Member { get; init; }

    /// <summary>The step: an identifier as it was sent, or a text; empty for none.</summary>
    public required string Step { get; init; }

    /// <summary>The characteristic, or the code of the defect; empty for other kinds.</summary>
    public string Name { get; init; } = "";

    /// <summary>The unit of the numbers; empty for none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The value; null where it is no number.</summary>
    public double? Value { get; init; }

    /// <summary>The lower limit; null for none.</summary>
    public double? Low { get; init; }

    /// <summary>The upper limit; null for none.</summary>
    public double? High { get; init; }
}
