namespace IdResolution.Core.Templates;

/// <summary>An industry by the four levels of GB/T 4754. The codes are not looked up.</summary>
/// <param name="Category">The section (行业门类), such as <c>C</c>.</param>
/// <param name="Specific">The division (行业大类), such as <c>15</c>.</param>
/// <param name="Trade">The group (行业中类), such as <c>151</c>.</param>
/// <param name="Subclass">The class (行业小类), such as <c>1512</c>.</param>
public sealed record IndustryCodes(string? Category, string? Specific, string? Trade, string? Subclass)
{
    /// <summary>The greatest length of a code, in characters.</summary>
    public const int MaxLength = 20;
}
