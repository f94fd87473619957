using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>What <c>/simulator/state</c> shows.</summary>
internal sealed record SimulatorState
{
    public required IReadOnlyList<SecondaryNodeUser> Users { get; init; }

    public required IReadOnlyCollection<SnmsTemplate> Templates { get; init; }

    /// <summary>How many identifiers there are.</summary>
    public required int Identifiers { get; init; }

    /// <summary>The identifier that was asked for; null where it is not there.</summary>
    public SnmsIdentifier? Identifier { get; init; }

    public required IReadOnlyCollection<EntConfig> Routes { get; init; }

    /// <summary>How often what was asked ended how, such as <c>POST /identityv2/data -2</c>.</summary>
    public required IReadOnlyDictionary<string, long> Calls { get; init; }

    /// <summary>The greatest number of batches under way at once, by prefix.</summary>
    public required IReadOnlyDictionary<string, int> MostBatchesAtOnce { get; init; }

    public required IReadOnlyList<Fault> Faults { get; init; }

    public required bool HasSnapshot { get; init; }
}
