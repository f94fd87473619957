namespace IdResolution.Core.Events;

/// <summary>
/// What happened to items. The numbers are part of the store. In protocols the names are in lower case.
/// </summary>
public enum EventType
{
    /// <summary>An item came to be, or got its identifier.</summary>
    Commission = 1,

    /// <summary>Inputs became outputs.</summary>
    Transform = 2,

    /// <summary>Children were put into a parent.</summary>
    Assemble = 3,

    /// <summary>Children were taken out of a parent; all of them where none is named.</summary>
    Disassemble = 4,

    /// <summary>Something was seen or measured.</summary>
    Observe = 5,

    /// <summary>Something was tested against what it should be.</summary>
    Inspect = 6,

    /// <summary>A step of a process was done.</summary>
    Operate = 7,

    /// <summary>Items came to a place.</summary>
    Move = 8,

    /// <summary>Items were sent, by a logistics order where one is named.</summary>
    Ship = 9,

    /// <summary>Items arrived.</summary>
    Receive = 10,

    /// <summary>An order, receipt or logistics order covers items.</summary>
    Cover = 11,

    /// <summary>Items must not be used until they are released.</summary>
    Hold = 12,

    /// <summary>A hold ended.</summary>
    Release = 13,

    /// <summary>As <see cref="Assemble"/>, in the field.</summary>
    Install = 14,

    /// <summary>In a parent, a new part took the place of an old one.</summary>
    Replace = 15,

    /// <summary>An item was serviced.</summary>
    Service = 16,

    /// <summary>An item is used no more.</summary>
    Decommission = 17,

    /// <summary>An item was destroyed.</summary>
    Destroy = 18,

    /// <summary>An earlier event was wrong: it is void, or this one says what is right.</summary>
    Correct = 19,
}
