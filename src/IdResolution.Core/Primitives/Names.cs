namespace IdResolution.Core.Primitives;

/// <summary>A name in both languages; either may be missing.</summary>
public sealed record Names(string? En, string? Zh)
{
    /// <summary>The name in a language, else in the other, else the fallback.</summary>
    public string In(Language language, string fallback) =>
        (language == Language.Chinese ? Zh ?? En : En ?? Zh) ?? fallback;
}
