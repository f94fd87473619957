using IdResolution.Core.Errors;

namespace IdResolution.Server.Labels;

/// <summary>The labels of a sheet.</summary>
/// <param name="Labels">The labels that can be made, in the order asked for.</param>
/// <param name="Missing">The identifiers without label, or with one for several, as given, and why.</param>
/// <param name="Next">The URL of the next sheet; null if there is none.</param>
internal sealed record LabelBatch(
    IReadOnlyList<LabelContent> Labels,
    IReadOnlyList<(string Identifier, Error Why)> Missing,
    string? Next = null
)
{
    /// <summary>True if an item is held, whose label is marked or missing.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The sheet; why there is none, where it has no label.</summary>
    public Result<LabelBatch> OrWhy()
    {
        if (Labels.Count > 0)
        {
            return this;
        }
        return Missing.Count == 1
            ? Missing[0].Why
            : Error.Combine([.. Missing.Take(LabelMaker.MaxSheet).Select(m => m.Why)]);
    }

    /// <summary>About what it takes in memory, in bytes.</summary>
    public long Bytes => Labels.Sum(label => (long)label.Bytes) + Missing.Sum(m => 1_000 + (8L * m.Identifier.Length));
}
