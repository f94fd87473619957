namespace IdResolution.HandleProtocol.Values;

/// <summary>A value of a handle, named by index: <c>300:0.NA/88.1</c>.</summary>
/// <param name="Handle">The handle.</param>
/// <param name="Index">The index; 0 stands for any in HS_ADMIN and identities.</param>
public sealed record ValueReference(string Handle, int Index)
{
    /// <summary>Reads <c>INDEX:HANDLE</c>; false for anything else.</summary>
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
