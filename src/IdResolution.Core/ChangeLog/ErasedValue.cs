namespace IdResolution.Core.ChangeLog;

/// <summary>A value to erase from a state.</summary>
/// <param name="Code">The code of the entry.</param>
/// <param name="Index">The element of a list, from 0; null for the whole entry.</param>
public readonly record struct ErasedValue(string Code, int? Index = null)
{
    /// <summary>The state without some values.</summary>
    public static byte[] Erase(byte[] state, IReadOnlyList<ErasedValue> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var left = state;
        foreach (var (code, index) in values)
        {
            left = index is { } element
                ? StateWriter.WithoutElement(left, code, element)
                : StateWriter.Without(left, [code]);
        }
        return left;
    }
}
