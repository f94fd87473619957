using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>How a walk ended.</summary>
public sealed record TraceEnd
{
    /// <summary>The greatest number of items in <see cref="Frontier"/>.</summary>
    public const int MaxFrontier = 100;

    /// <summary>True if there is nothing more to find.</summary>
    public bool IsComplete => Cursor is null;

    /// <summary>The items found by this walk, those not shown too.</summary>
    public required long Nodes { get; init; }

    /// <summary>The links gone over by this walk, those not shown too.</summary>
    public required long Links { get; init; }

    /// <summary>Some of the items whose links were not all followed, the nearest first.</summary>
    public IReadOnlyList<TraceItem> Frontier { get; init; } = [];

    /// <summary>The number of all such items.</summary>
    public long FrontierCount { get; init; }

    /// <summary>True if the walk stopped because an item was registered while it read.</summary>
    public bool IsUnsettled { get; init; }

    /// <summary>Where the next call goes on; null if the walk is complete.</summary>
    public string? Cursor { get; init; }
}
