using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>An event as it is answered. The members stand in <see cref="StoredEvent.State"/>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Stored">The event.</param>
/// <param name="Actor">Who sent it: the name of a key; null where the caller is not told.</param>
public sealed record ShownEvent(Guid Id, StoredEvent Stored, string? Actor);
