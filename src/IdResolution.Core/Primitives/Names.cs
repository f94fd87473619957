namespace IdResolution.Core.Primitives;

/// <summary>A name in both languages; either may be missing.</summary>
public sealed record Names(string? En = null, string? Zh = null)
{
    /// <summary>The name in a language, or in the other one, or the fallback.</summary>
    public string In(Language language, string fallback) =>
        (language == Language.Chinese ? Zh ?? En : En ?? Zh) ?? fallback;
}
