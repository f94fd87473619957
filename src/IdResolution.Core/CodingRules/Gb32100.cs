namespace IdResolution.Core.CodingRules;

/// <summary>
/// The check character of GB 32100-2015, the unified social credit identifier (统一社会信用代码): weights are powers of 3
/// modulo 31, from the left. Its alphabet has no I, O, S, V and Z. The standard covers 17 characters; beyond 30 the
/// weights come again.
/// </summary>
internal sealed class Gb32100()
    : CheckScheme("gb32100", Letters, 1, new("A–Z without I, O, S, V, Z and 0–9", "A–Z（无 I、O、S、V、Z）与 0–9"))
{
    private const string Letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private protected override int Compute(ReadOnlySpan<byte> values)
    {
        var sum = 0;
        var weight = 1;
        foreach (var value in values)
        {
            sum += value * weight;
            weight = weight * 3 % Letters.Length;
        }
        return (Letters.Length - sum % Letters.Length) % Letters.Length;
    }
}
