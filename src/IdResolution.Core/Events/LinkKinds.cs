namespace IdResolution.Core.Events;

/// <summary>
/// The kinds of links between items, as flags. A link goes from what was made to what it was made from.
/// </summary>
[Flags]
public enum LinkKinds
{
    /// <summary>No kind.</summary>
    None = 0,

    /// <summary>From an output to an input.</summary>
    Consumes = 1,

    /// <summary>From a parent to a child.</summary>
    Contains = 2,

    /// <summary>From an order or receipt to an item.</summary>
    Covers = 4,

    /// <summary>From a logistics order to an item.</summary>
    Ships = 8,

    /// <summary>From an item to the equipment, tool, person or process that made it.</summary>
    ProducedBy = 16,

    /// <summary>From a new part to the one that it replaced.</summary>
    Replaces = 32,

    /// <summary>The kinds that a trace follows unless others are asked for.</summary>
    Genealogy = Consumes | Contains | Covers | Ships,
}
