namespace IdResolution.Core.Events;

/// <summary>What a hold is about. The numbers are part of the store.</summary>
public enum HoldScope
{
    /// <summary>The items that the event names alone.</summary>
    Item = 0,

    /// <summary>Everything made from them too, whenever it is made.</summary>
    MadeFrom = 1,
}
