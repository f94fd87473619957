namespace IdResolution.Server.SnmsWire;

/// <summary>What a node of this kind says of a prefix.</summary>
/// <param name="Node">Always <see cref="ThisKind"/>: other secondary nodes have no such call.</param>
/// <param name="Identifiers">The active identifiers of the prefix.</param>
internal sealed record IdnodePrefix(string? Node, long Identifiers)
{
    /// <summary>How nodes of this kind know each other.</summary>
    public const string ThisKind = "idnode";
}

/// <summary>A page of identifiers, as they were spelt at registration.</summary>
internal sealed record IdnodeListing(IReadOnlyList<string?>? Identifiers = null);

/// <summary>What is told of one identifier.</summary>
internal sealed record IdnodeIdentifier(bool IsThere, bool IsYours);

/// <summary>Counts of days and prefixes, and the name of the store that counted.</summary>
internal sealed record IdnodeCounts(string? Store = null, IReadOnlyList<IdnodeCount?>? Counts = null);

/// <summary>The counts of a prefix on a day.</summary>
internal sealed record IdnodeCount(DateOnly? Day, string? Prefix, long Register, long Resolve);
