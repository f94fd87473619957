namespace IdResolution.Core.Access;

/// <summary>Which lines of the audit log to read. A condition that is null or 0 is not looked at.</summary>
public sealed record AuditQuery
{
    /// <summary>Only lines with a number below this.</summary>
    public long Before { get; init; }

    /// <summary>Only lines of this time or later, in microseconds since 1970 UTC.</summary>
    public long From { get; init; }

    /// <summary>Only lines before this time, in microseconds since 1970 UTC.</summary>
    public long To { get; init; }

    /// <summary>Only lines of this caller.</summary>
    public string? Caller { get; init; }

    /// <summary>Only lines of keys that are tied to this partner. Stores do not look at it.</summary>
    public string? Partner { get; init; }

    /// <summary>Only lines of this action.</summary>
    public string? Action { get; init; }

    /// <summary>Only lines about this target, alone or with more after it and a space.</summary>
    public string? Target { get; init; }

    /// <summary>Only lines with this outcome.</summary>
    public string? Outcome { get; init; }

    /// <summary>Only lines from this network, as lines show it.</summary>
    public string? Source { get; init; }

    /// <summary>True for a line about the target. Stores may give a few that are not.</summary>
    public bool IsOnTarget(string target) =>
        Target is null
        || target == Target
        || (target.StartsWith(Target, StringComparison.Ordinal) && target[Target.Length] == ' ');
}
