namespace IdResolution.Benchmarks.Rows;

/// <summary>What was measured.</summary>
/// <param name="Node">The node's figure with its unit.</param>
/// <param name="Baseline">The baseline's, or empty.</param>
/// <param name="Value">What is held against the target: a ratio, or the figure itself.</param>
/// <param name="Target">The target in words.</param>
/// <param name="IsMet">Whether it is met; null where there is none.</param>
internal sealed record Figures(string Node, string Baseline, string Value, string Target, bool? IsMet)
{
    /// <summary>
    /// Rates a second, of which the node is to reach a part of the baseline's; without a target the ratio is reported.
    /// </summary>
    public static Figures OfRates((double Node, double Baseline) rates, double? target)
    {
        var ratio = rates.Node / rates.Baseline;
        return new Figures(
            $"{rates.Node:N0}/s",
            $"{rates.Baseline:N0}/s",
            $"{ratio:F2}",
            target is null ? "reported" : $"≥ {target}",
            target is null ? null : ratio >= target
        );
    }
}
