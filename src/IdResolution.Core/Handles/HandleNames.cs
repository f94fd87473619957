using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>Handles as clients write them: one without a slash is that of a prefix (RFC 3650 §3).</summary>
public static class HandleNames
{
    /// <summary>What the handles of prefixes begin with.</summary>
    public const string PrefixStart = Identifier.PrefixRecords + "/";

    /// <summary>The handle in full.</summary>
    public static string Qualify(string handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return handle.Contains('/', StringComparison.Ordinal) ? handle : PrefixStart + handle;
    }

    /// <summary>A handle as it was written; null where it is none.</summary>
    public static Identifier? Parse(string handle) =>
        Identifier.TryParse(Qualify(handle), out var identifier) ? identifier : null;

    /// <summary>The prefix that a handle in full is that of; false for any other.</summary>
    public static bool TryPrefix(string handle, [NotNullWhen(true)] out Prefix? prefix)
    {
        ArgumentNullException.ThrowIfNull(handle);
        prefix = null;
        return handle.StartsWith(PrefixStart, StringComparison.OrdinalIgnoreCase)
            && Prefix.TryParse(handle[PrefixStart.Length..], out prefix);
    }

    /// <summary>
    /// The prefix a derived prefix comes from: <c>88.300</c> of <c>88.300.1</c>; null of one that is not derived.
    /// </summary>
    public static string? ParentOf(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var dot = prefix.LastIndexOf('.');
        return dot < 0 ? null : prefix[..dot];
    }

    /// <summary>Whether a value names an administrator; index 0 stands for any key of the handle.</summary>
    public static bool IsSame(Reference administrator, Reference identity)
    {
        ArgumentNullException.ThrowIfNull(administrator);
        ArgumentNullException.ThrowIfNull(identity);
        return (administrator.Index == 0 || administrator.Index == identity.Index)
            && LookupKey.Of(Qualify(administrator.Handle)) == LookupKey.Of(Qualify(identity.Handle));
    }
}
