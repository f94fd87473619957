namespace IdResolution.Core.Administration;

/// <summary>What became of a pack, or would.</summary>
/// <param name="Count">The number of objects written.</param>
/// <param name="Widened">Attributes of templates that were here, and that more people see than before.</param>
public sealed record ImportedPack(int Count, IReadOnlyList<WidenedAttribute> Widened)
{
    /// <summary>
    /// Of the node's own pack: the templates that were changed by hand, lack something of it, and stay as they are.
    /// </summary>
    public IReadOnlyList<string> Left { get; init; } = [];
}
