using IdResolution.Core.Primitives;

namespace IdResolution.Core.Errors;

/// <summary>A failure that only the operator can mend. The text says what to do, and no stack trace is shown.</summary>
public abstract class ExplainedException(Text text, Exception? cause = null) : Exception(text.En, cause)
{
    /// <summary>The message in both languages. Logs take <see cref="Exception.Message"/>, which is English.</summary>
    public Text Text { get; } = text;
}
