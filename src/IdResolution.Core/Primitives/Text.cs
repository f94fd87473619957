namespace IdResolution.Core.Primitives;

/// <summary>A text for people in the two languages the node speaks.</summary>
/// <param name="En">English.</param>
/// <param name="Zh">Chinese (simplified).</param>
public readonly record struct Text(string En, string Zh)
{
    /// <summary>The text in the language asked for.</summary>
    public string In(Language language) => language == Language.Chinese ? Zh : En;

    /// <inheritdoc/>
    public override string ToString() => En;
}
