namespace IdResolution.HandleProtocol.Values;

/// <summary>A reference to a value by handle and index, as text <c>300:0.NA/88.1</c>.</summary>
/// <param name="Handle">The handle that has the value.</param>
/// <param name="Index">The index; in HS_ADMIN values and identities 0 stands for any index.</param>
public sealed record ValueReference(string Handle, int Index)
{
    /// <summary>Reads <c>INDEX:HANDLE</c>; false for any other text.</summary>
    public static bool TryParse(
        string? text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ValueReference? reference
    )
    {
        reference = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (
            colon <= 0
            || colon == text!.Length - 1
            || !int.TryParse(text.AsSpan(0, colon), System.Globalization.NumberStyles.None, null, out var index)
        )
        {
            return false;
        }
        reference = new ValueReference(text[(colon + 1)..], index);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Index}:{Handle}";
}
