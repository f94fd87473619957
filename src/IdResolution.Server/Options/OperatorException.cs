using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>
/// An error that only the operator can fix. The message says how; it is printed without a stack trace.
/// </summary>
internal sealed class OperatorException(Text text) : Exception(text.En)
{
    /// <summary>A message in English alone.</summary>
    public OperatorException(string message)
        : this(message, message) { }

    public OperatorException(string en, string zh)
        : this(new Text(en, zh)) { }

    /// <summary>The message in both languages.</summary>
    public Text Text { get; } = text;
}
