using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Thrown if a backup, restore or copy cannot be done. The message says why. An existing database is unchanged.
/// </summary>
public sealed class MaintenanceException(Text text, Exception? cause = null) : ExplainedException(text, cause)
{
    /// <summary>Makes one of its text in both languages.</summary>
    public MaintenanceException(string en, string zh, Exception? cause = null)
        : this(new Text(en, zh), cause) { }
}
