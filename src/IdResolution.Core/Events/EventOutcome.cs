namespace IdResolution.Core.Events;

/// <summary>What became of an event that was sent.</summary>
public enum EventOutcome
{
    /// <summary>It was written.</summary>
    Created,

    /// <summary>It was there already, with the same content.</summary>
    Same,

    /// <summary>Another event with the same key is there.</summary>
    KeyTaken,

    /// <summary>The event to correct was corrected before.</summary>
    AlreadyCorrected,

    /// <summary>A child would contain its own parent at that time, or at a later one.</summary>
    Cycle,

    /// <summary>What the parents are part of goes too far up to be looked at.</summary>
    TooDeep,

    /// <summary>The item that the write rests on was used since it was looked at.</summary>
    Changed,

    /// <summary>Something that must not be held is.</summary>
    Held,

    /// <summary>The store could not write it.</summary>
    Failed,
}
