namespace IdResolution.Core.Administration;

/// <summary>What became of a pack, or would.</summary>
/// <param name="Count">The number of objects written.</param>
/// <param name="Widened">Attributes of templates that were here, and that more people see than before.</param>
public sealed record ImportedPack(int Count, IReadOnlyList<WidenedAttribute> Widened);
