using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>What the rules of a scan judge by.</summary>
internal sealed record IntentCase
{
    /// <summary>What somebody wants to do.</summary>
    public required IntentKind Kind { get; init; }

    /// <summary>The item's record.</summary>
    public StoredRecord Record => Item.Record;

    /// <summary>The number of what it goes into; 0 for nothing, or nothing that is known.</summary>
    public required long Into { get; init; }

    /// <summary>How much of a lot is wanted; null where nobody said.</summary>
    public required decimal? Quantity { get; init; }

    /// <summary>The unit of the quantity; null for pieces.</summary>
    public required string? Unit { get; init; }

    /// <summary>True if the event is recorded where nothing is against it.</summary>
    public required bool IsRecording { get; init; }

    /// <summary>True if a held item may be used so: it may be moved, as to a store for it.</summary>
    public bool MayBeHeld => Kind == IntentKind.Move;

    /// <summary>The item, with the newest rules of its template.</summary>
    public required RuledRecord Item { get; init; }

    /// <summary>What else the intent names.</summary>
    public required IntentSubjects Subjects { get; init; }

    /// <summary>
    /// True if no event says that the item was used, was put into something or had something put into it, or went away.
    /// Rules that ask for these look no further. Most items that are scanned are such: they lie in stock.
    /// </summary>
    public bool IsFresh { get; init; }

    /// <summary>True if a hold on the item is in force.</summary>
    public bool IsHeld { get; init; }

    /// <summary>What is on the item, where it is a carrier.</summary>
    public CarrierLoad Load { get; init; } = CarrierLoad.None;

    /// <summary>What the order covers, where that is what it plans.</summary>
    public OrderPlan Plan { get; init; } = OrderPlan.None;

    /// <summary>The item's number in the graph.</summary>
    public long Number => Record.Object;
}
