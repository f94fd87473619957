namespace IdResolution.Core.Traceability;

/// <summary>What somebody wants to do with the item that was scanned. Nothing is checked yet.</summary>
public sealed record ScanIntent
{
    /// <summary><c>use</c>, <c>move</c>, <c>ship</c> or <c>install</c>.</summary>
    public string? Do { get; init; }

    /// <summary>What it is used for or put into.</summary>
    public ThingRequest? Into { get; init; }

    /// <summary>The step of the process.</summary>
    public ThingRequest? Step { get; init; }

    /// <summary>Where; needed to move.</summary>
    public ThingRequest? Place { get; init; }

    /// <summary>The order or logistics order; needed to ship.</summary>
    public ThingRequest? Order { get; init; }

    /// <summary>The bill of materials, or what else has lines, that the item must fit.</summary>
    public ThingRequest? Bom { get; init; }

    /// <summary>The machines.</summary>
    public IReadOnlyList<ThingRequest> Equipment { get; init; } = [];

    /// <summary>The tools.</summary>
    public IReadOnlyList<ThingRequest> Tools { get; init; } = [];

    /// <summary>How much of a lot, as a number in JSON syntax.</summary>
    public string? Quantity { get; init; }

    /// <summary>The unit of the quantity.</summary>
    public string? Unit { get; init; }

    /// <summary>Where in the parent.</summary>
    public string? Position { get; init; }

    /// <summary>
    /// The event to record where nothing is against it: its key makes the call repeatable. Null for none.
    /// </summary>
    public IntentEvent? Record { get; init; }
}
