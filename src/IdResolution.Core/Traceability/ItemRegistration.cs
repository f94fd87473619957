using IdResolution.Core.Registration;

namespace IdResolution.Core.Traceability;

/// <summary>An item to register with what happened to it, as a front end decoded it.</summary>
/// <param name="Request">The item.</param>
public sealed record ItemRegistration(RegistrationRequest Request)
{
    /// <summary>The links from the item to what it was made from. None says where it begins.</summary>
    public IReadOnlyList<LinkRequest> Links { get; init; } = [];

    /// <summary>The events. <see cref="ThingRequest.IsSelf"/> names the item.</summary>
    public IReadOnlyList<EventRequest> Events { get; init; } = [];

    /// <summary>The number of links and events.</summary>
    public int Count => Links.Count + Events.Count;
}
