using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>A part of an item in an event, for its stock.</summary>
/// <param name="Part">The part.</param>
/// <param name="Place">The number of the event's place; 0 for none.</param>
/// <param name="Parent">The number of what the item went into or came out of; 0 for none.</param>
/// <param name="IsAssembly">True if the parent is an assembly, and no carrier.</param>
/// <param name="IsAway">True if it came off what had been sent away, and nobody said where.</param>
internal readonly record struct StockStep(ItemEvent Part, long Place, long Parent, bool IsAssembly, bool IsAway = false)
{
    /// <summary>True if the item came to be, or came in.</summary>
    public bool IsMade => Part.Role == MemberRole.Output || IsItem(EventType.Commission);

    /// <summary>True if it was used up, or built in.</summary>
    public bool IsUsed => Part.Role == MemberRole.Input || (Part.Role == MemberRole.Child && IsAssembly);

    /// <summary>True if it was sent away.</summary>
    public bool IsShipped => Part.Type == EventType.Ship && Part.Role is MemberRole.Covered or MemberRole.Item;

    /// <summary>True if it is no more.</summary>
    public bool IsGone => IsItem(EventType.Destroy) || IsItem(EventType.Decommission);

    /// <summary>True if it arrived.</summary>
    public bool IsReceived => IsItem(EventType.Receive);

    /// <summary>True if it was brought to a place.</summary>
    public bool IsMoved => IsItem(EventType.Move) && Place != 0;

    private bool IsItem(EventType type) => Part.Role == MemberRole.Item && Part.Type == type;
}
