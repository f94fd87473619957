using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Events;

/// <summary>What to erase from an event.</summary>
public sealed record EventErasure
{
    /// <summary>The object number of the event.</summary>
    public required long Object { get; init; }

    /// <summary>The version that the event must have.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>The values to erase from the states.</summary>
    public required IReadOnlyList<ErasedValue> Values { get; init; }

    /// <summary>
    /// The rows of members to remove (<see cref="EventPart.Row"/>). A text that no other event names goes with them.
    /// </summary>
    public IReadOnlyList<int> Rows { get; init; } = [];

    /// <summary>The object number of the key that acts; 0 for the command line.</summary>
    public required long Actor { get; init; }

    /// <summary>When it is erased, in microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }
}
