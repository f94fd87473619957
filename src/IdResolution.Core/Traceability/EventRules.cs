namespace IdResolution.Core.Traceability;

/// <summary>The limits of events. Thread-safe.</summary>
/// <param name="MaxAhead">How far ahead of the node's clock an event may be.</param>
public sealed record EventRules(TimeSpan MaxAhead)
{
    /// <summary>The most elements in all lists of an event.</summary>
    public const int MaxElements = 10_000;

    /// <summary>The most elements in all lists of the events of one batch. Front ends check it.</summary>
    public const int MaxBatchElements = 200_000;

    /// <summary>The most bytes of an event, as it is stored.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The greatest number of events in one batch. Front ends check it.</summary>
    public const int MaxBatch = 2_000;

    /// <summary>The most bytes of a text of an event.</summary>
    public const int MaxText = 255;

    /// <summary>The most bytes of a reason or note.</summary>
    public const int MaxNote = 4_000;
}
