using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>An item that passed the check.</summary>
/// <param name="Identifier">The identifier given, or null.</param>
/// <param name="Content">The checked content.</param>
/// <param name="Prefix">The prefix of its identifier; null if only a tombstone can have one.</param>
internal readonly record struct CheckedItem(Identifier? Identifier, RecordContent Content, string? Prefix);
