using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>
/// An error that only the operator can fix. The message says how; it is printed without a stack trace.
/// </summary>
internal sealed class OperatorException(Text text) : ExplainedException(text)
{
    public OperatorException(string en, string zh)
        : this(new Text(en, zh)) { }
}
