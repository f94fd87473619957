namespace IdResolution.Core.Traceability;

/// <summary>What somebody wants to do with an item.</summary>
public enum IntentKind
{
    /// <summary>Use it up, or for something.</summary>
    Use,

    /// <summary>Bring it to another place.</summary>
    Move,

    /// <summary>Send it.</summary>
    Ship,

    /// <summary>Put it into something.</summary>
    Install,
}
