namespace IdResolution.Core.Statistics;

/// <summary>What a node below this one counted of a prefix on one of its days.</summary>
/// <param name="Day">The day by that node's clock.</param>
/// <param name="Prefix">The prefix.</param>
/// <param name="Register">The registrations.</param>
/// <param name="Resolve">The resolutions.</param>
public sealed record ReportedCount(DateOnly Day, string Prefix, long Register, long Resolve)
{
    /// <summary>The operation that registrations reported by a node below are counted under.</summary>
    public const string RegisterOperation = "reported-register";

    /// <summary>The same of resolutions.</summary>
    public const string ResolveOperation = "reported-resolve";

    /// <summary>The greatest count of one day: sums of many stay within bounds.</summary>
    public const long Most = 1_000_000_000_000;
}
