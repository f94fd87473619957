namespace IdResolution.Core.Events;

/// <summary>An event to write, checked and encoded. The store looks for conflicts inside its transaction.</summary>
public sealed record EventWrite
{
    /// <summary>The type. Of a correction that says what is right, the type of that.</summary>
    public required EventType Type { get; init; }

    /// <summary>When it happened, in microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>
    /// Recognises the event when it is sent again, 32 bytes: an HMAC of the sender's key, or of the content where there
    /// is no key. Unique.
    /// </summary>
    public required byte[] Identity { get; init; }

    /// <summary>
    /// What recognises it if it was written when such keys had another form, 32 bytes; null where there is no such
    /// event.
    /// </summary>
    public byte[]? FormerIdentity { get; init; }

    /// <summary>
    /// The HMAC of the content as given, 32 bytes. With the same identity and another digest it is a conflict.
    /// </summary>
    public required byte[] Digest { get; init; }

    /// <summary>The event's state (values and salts).</summary>
    public required byte[] State { get; init; }

    /// <summary>The commitments to the values of the state, sorted.</summary>
    public required byte[] Commitments { get; init; }

    /// <summary>What the event names, at most 10,000. The same item may have several parts.</summary>
    public IReadOnlyList<EventMember> Members { get; init; } = [];

    /// <summary>The object number of the event that this one corrects; 0 for none.</summary>
    public long Voids { get; init; }

    /// <summary>For a hold, what it is about; otherwise null. It holds the members with role item.</summary>
    public HoldScope? Hold { get; init; }

    /// <summary>For a release, the object numbers of the holds that it ends; null for all on its own items.</summary>
    public IReadOnlyList<long>? Ends { get; init; }

    /// <summary>
    /// The item that the write rests on, as it was looked at; null for none. If it was used, put into something or
    /// taken out since, the write is refused.
    /// </summary>
    public ItemAt? RestsOn { get; init; }

    /// <summary>
    /// What must not be held, nor be made from something held. If something is when the event is written, the write is
    /// refused.
    /// </summary>
    public IReadOnlyList<ItemKey> MustBeFree { get; init; } = [];

    /// <summary>The object number of the key that acts; 0 for the node and its command line.</summary>
    public required long Actor { get; init; }

    /// <summary>When the node took it, in microseconds since 1970 UTC.</summary>
    public required long RecordedAt { get; init; }
}
