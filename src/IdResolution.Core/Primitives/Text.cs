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

    /// <summary>A text of another program or of the system, which is the same in both languages.</summary>
    public static Text Foreign(string text) => new(text, text);

    /// <summary>Texts one below the other.</summary>
    public static Text Lines(IEnumerable<Text> texts) => Join(Environment.NewLine, Environment.NewLine, texts);

    /// <summary>Texts one after the other, with what stands between them in each language.</summary>
    public static Text Join(string en, string zh, IEnumerable<Text> texts)
    {
        var all = texts.ToList();
        return new(string.Join(en, all.Select(t => t.En)), string.Join(zh, all.Select(t => t.Zh)));
    }

    /// <inheritdoc/>
    public override string ToString() => En;
}
