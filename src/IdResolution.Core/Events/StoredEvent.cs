namespace IdResolution.Core.Events;

/// <summary>An event as a store holds it. Immutable.</summary>
public sealed record StoredEvent
{
    /// <summary>The object number in the log.</summary>
    public required long Object { get; init; }

    /// <summary>The type. Of a correction that says what is right, the type of that.</summary>
    public required EventType Type { get; init; }

    /// <summary>When it happened, in microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>The sequence number of the entry that made it.</summary>
    public required long Made { get; init; }

    /// <summary>The sequence number of the entry that voided it; 0 while it counts.</summary>
    public required long Voided { get; init; }

    /// <summary>The version of its state, 1 or more; erasing makes a new one.</summary>
    public required long Version { get; init; }

    /// <summary>The HMAC of its content as given, 32 bytes.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>When the node took it, in microseconds since 1970 UTC.</summary>
    public required long RecordedAt { get; init; }

    /// <summary>The object number of the key that sent it.</summary>
    public required long Actor { get; init; }

    /// <summary>The values and their salts, read by <see cref="ChangeLog.StateReader"/>.</summary>
    public required byte[] State { get; init; }
}
