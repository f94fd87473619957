namespace IdResolution.Core.Traceability;

/// <summary>A line of an order or a bill of materials: <c>material;quantity;unit;substitute</c>.</summary>
/// <param name="Material">What it names.</param>
/// <param name="Quantity">How much; null where the line does not say.</param>
/// <param name="Unit">The unit; null where it has none.</param>
/// <param name="Substitute">What may stand for it; null for nothing.</param>
internal sealed record MaterialLine(string Material, decimal? Quantity, string? Unit, string? Substitute)
{
    /// <summary>Reads a line.</summary>
    public static MaterialLine Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        return new MaterialLine(
            parts[0],
            parts.Length > 1 && LotBalance.TryRead(parts[1], out var quantity) && quantity >= 0 ? quantity : null,
            parts.Length > 2 && parts[2].Length > 0 ? parts[2] : null,
            parts.Length > 3 && parts[3].Length > 0 ? parts[3] : null
        );
    }

    /// <summary>True if it names something by one of its names.</summary>
    public bool IsNamed(IReadOnlySet<string> names) =>
        names.Contains(Material) || (Substitute is not null && names.Contains(Substitute));
}
