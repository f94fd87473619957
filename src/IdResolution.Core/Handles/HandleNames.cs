using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>Reads handles as clients write them. One without a slash names a prefix (RFC 3650 §3).</summary>
public static class HandleNames
{
    /// <summary>The start of all handles of prefixes: <c>0.NA/</c>.</summary>
    public const string PrefixStart = Identifier.PrefixRecords + "/";

    /// <summary>Completes a handle: <c>88.300.1</c> becomes <c>0.NA/88.300.1</c>, others stay as they are.</summary>
    public static string Qualify(string handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return handle.Contains('/', StringComparison.Ordinal) ? handle : PrefixStart + handle;
    }

    /// <summary>Parses a handle as a client wrote it; null if it is not a handle.</summary>
    public static Identifier? Parse(string handle) =>
        Identifier.TryParse(Qualify(handle), out var identifier) ? identifier : null;

    /// <summary>Gets the prefix from a prefix's full handle; false for any other handle.</summary>
    public static bool TryPrefix(string handle, [NotNullWhen(true)] out Prefix? prefix)
    {
        ArgumentNullException.ThrowIfNull(handle);
        prefix = null;
        return handle.StartsWith(PrefixStart, StringComparison.OrdinalIgnoreCase)
            && Prefix.TryParse(handle[PrefixStart.Length..], out prefix);
    }

    /// <summary>The parent of a derived prefix: <c>88.300</c> for <c>88.300.1</c>; null if there is no dot.</summary>
    public static string? ParentOf(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var dot = prefix.LastIndexOf('.');
        return dot < 0 ? null : prefix[..dot];
    }

    /// <summary>True if an administrator reference means the identity. Index 0 means any key of the handle.</summary>
    public static bool IsSame(Reference administrator, Reference identity)
    {
        ArgumentNullException.ThrowIfNull(administrator);
        ArgumentNullException.ThrowIfNull(identity);
        return (administrator.Index == 0 || administrator.Index == identity.Index)
            && LookupKey.Of(Qualify(administrator.Handle)) == LookupKey.Of(Qualify(identity.Handle));
    }
}
