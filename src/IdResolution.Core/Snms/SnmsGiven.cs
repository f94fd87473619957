namespace IdResolution.Core.Snms;

/// <summary>
/// A value of an identifier, as a caller of the SNMS protocol gave it. Members are null where absent.
/// </summary>
/// <param name="Index">The index, at which the template has an attribute.</param>
/// <param name="Type">The code of that attribute.</param>
/// <param name="Format">The format of the value: <see cref="Texts"/>.</param>
/// <param name="Text">The value.</param>
public readonly record struct SnmsGiven(int? Index, string? Type, string? Format, string? Text)
{
    /// <summary>The only format that there is here.</summary>
    public const string Texts = "string";
}
