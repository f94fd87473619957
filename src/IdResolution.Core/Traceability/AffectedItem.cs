using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>An item that somebody asked about and that is held.</summary>
/// <param name="Asked">What was asked for: an identifier, a URI or a key.</param>
/// <param name="Identifier">Its identifier; null where it has none here.</param>
/// <param name="Holds">The holds in force on it that the caller sees, the newest first.</param>
public sealed record AffectedItem(string Asked, Identifier? Identifier, IReadOnlyList<HoldStatus> Holds);
