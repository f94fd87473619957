namespace IdResolution.Core.Traceability;

/// <summary>What an intent names beside the item. What is not registered here is not in it.</summary>
internal sealed record IntentSubjects
{
    /// <summary>What the item goes into.</summary>
    public RuledRecord? Into { get; init; }

    /// <summary>The machines and tools.</summary>
    public required IReadOnlyList<RuledRecord> Resources { get; init; }

    /// <summary>The order.</summary>
    public RuledRecord? Order { get; init; }

    /// <summary>Why something of this node's prefixes that it names cannot be judged by; empty mostly.</summary>
    public required IReadOnlyList<IntentReason> Unknown { get; init; }

    /// <summary>What has the lines that the item must fit; null where nothing is named that has some.</summary>
    public RuledRecord? Lines { get; init; }

    /// <summary>Where; null where nobody said.</summary>
    public EventThing? Place { get; init; }
}
