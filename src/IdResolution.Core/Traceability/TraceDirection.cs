namespace IdResolution.Core.Traceability;

/// <summary>Which way a trace goes.</summary>
public enum TraceDirection
{
    /// <summary>To what an item was made from.</summary>
    Backward,

    /// <summary>To what was made from an item.</summary>
    Forward,

    /// <summary>Backward, and then forward, from the item; not forward again from what is behind it.</summary>
    Both,
}
