namespace IdResolution.Core.Primitives;

/// <summary>A text for people in both languages of the node.</summary>
/// <param name="En">The text in English.</param>
/// <param name="Zh">The text in simplified Chinese.</param>
public readonly record struct Text(string En, string Zh)
{
    /// <summary>The text in the language asked for.</summary>
    public string In(Language language) => language == Language.Chinese ? Zh : En;

    /// <summary>A name as Chinese text follows it: with a space behind letters, digits and signs.</summary>
    public static string BeforeChinese(string name) => name.Length > 0 && name[^1] < '\u2E80' ? name + " " : name;

    /// <inheritdoc/>
    public override string ToString() => En;
}
