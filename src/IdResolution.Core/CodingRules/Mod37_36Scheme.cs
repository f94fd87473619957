namespace IdResolution.Core.CodingRules;

/// <summary><see cref="Mod37_36"/> as one of the schemes.</summary>
internal sealed class Mod37_36Scheme() : CheckScheme("mod37-36", Alphanumeric, 1, new("A–Z and 0–9", "A–Z 与 0–9"))
{
    private protected override int Compute(ReadOnlySpan<byte> values)
    {
        var state = Mod37_36.Modulus;
        foreach (var value in values)
        {
            state = Mod37_36.Next(state + value);
        }
        return (Mod37_36.Modulus + 1 - state) % Mod37_36.Modulus;
    }
}
