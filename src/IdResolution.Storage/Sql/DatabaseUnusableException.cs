using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Sql;

/// <summary>Thrown if the database must not be used as it is. The message tells the operator what to do.</summary>
public sealed class DatabaseUnusableException(Text text, Exception? cause = null) : ExplainedException(text, cause)
{
    /// <summary>Makes one of its text in both languages.</summary>
    public DatabaseUnusableException(string en, string zh, Exception? cause = null)
        : this(new Text(en, zh), cause) { }
}
