namespace IdResolution.Core.Events;

/// <summary>
/// The part that an item has in an event. The numbers are part of the store. Roles that link items come in pairs: what
/// something was made from, and what was made.
/// </summary>
public enum MemberRole
{
    /// <summary>What was used up; its partner is <see cref="Output"/>.</summary>
    Input = 1,

    /// <summary>What came out of inputs.</summary>
    Output = 2,

    /// <summary>What children were put into; its partner is <see cref="Child"/>.</summary>
    Parent = 3,

    /// <summary>What was put into a parent.</summary>
    Child = 4,

    /// <summary>What the event happened to, without a link to anything.</summary>
    Item = 5,

    /// <summary>A document that the event refers to, without a link.</summary>
    Document = 6,

    /// <summary>A machine that did it.</summary>
    Equipment = 7,

    /// <summary>A tool that was used.</summary>
    Tool = 8,

    /// <summary>A person who did it.</summary>
    Person = 9,

    /// <summary>The process, or its version.</summary>
    Process = 10,

    /// <summary>Where it happened.</summary>
    Place = 11,

    /// <summary>What was taken out of a parent.</summary>
    Removed = 12,

    /// <summary>What children were taken out of; its partner is <see cref="Removed"/>.</summary>
    RemovedFrom = 13,

    /// <summary>What an order covers or ships; its partner is <see cref="Covering"/>.</summary>
    Covered = 14,

    /// <summary>The order, receipt or logistics order that covers or ships items.</summary>
    Covering = 15,
}
