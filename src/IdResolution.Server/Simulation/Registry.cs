using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>
/// What a simulated secondary node holds: everything that a snapshot keeps. What is in it is never altered, only
/// replaced. Not thread-safe.
/// </summary>
internal sealed class Registry
{
    public Dictionary<(string Prefix, string Version), SnmsTemplate> Templates { get; private init; } = [];

    /// <summary>The identifiers by their texts, which are compared as they are.</summary>
    public Dictionary<string, HeldIdentifier> Identifiers { get; private init; } = [];

    /// <summary>What was last sent about the way to each prefix.</summary>
    public Dictionary<string, EntConfig> Routes { get; private init; } = [];

    private long LastId { get; set; }

    /// <summary>A number for what is new.</summary>
    public long NextId() => ++LastId;

    public Registry Copy() =>
        new()
        {
            Templates = new(Templates),
            Identifiers = new(Identifiers),
            Routes = new(Routes),
            LastId = LastId,
        };
}
