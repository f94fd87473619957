using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What to trace. Templates and times say what is shown of a trace. They do not change where it goes: it goes on
/// through what it does not show.
/// </summary>
public sealed record TraceQuery
{
    /// <summary>The budget where none is given.</summary>
    public const int DefaultBudget = 10_000;

    /// <summary>The greatest budget.</summary>
    public const int MaxBudget = 1_000_000;

    /// <summary>The most templates: each item that is found is compared with them.</summary>
    public const int MaxTemplates = 100;

    /// <summary>The most attributes.</summary>
    public const int MaxAttributes = 10;

    /// <summary>Where the trace begins.</summary>
    public required ItemName Root { get; init; }

    /// <summary>Which way it goes.</summary>
    public TraceDirection Direction { get; init; } = TraceDirection.Backward;

    /// <summary>The links that it follows.</summary>
    public LinkKinds Kinds { get; init; } = LinkKinds.Genealogy;

    /// <summary>
    /// A time, in microseconds since 1970 UTC: only what was so then counts. Null for whatever was so at any time.
    /// </summary>
    public long? At { get; init; }

    /// <summary>The log number to read at; null for the head.</summary>
    public long? Number { get; init; }

    /// <summary>Shows items of these templates alone, and the root; empty for all.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>The codes of attributes that are shown of items, as their records are now; empty for none.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>
    /// Shows links whose event was then or later, in microseconds since 1970 UTC, and what they lead to.
    /// </summary>
    public long? From { get; init; }

    /// <summary>Shows links whose event was before, in microseconds since 1970 UTC, and what they lead to.</summary>
    public long? To { get; init; }

    /// <summary>
    /// The greatest number of items that the walk finds, 1 to <see cref="MaxBudget"/>; the root is one.
    /// </summary>
    public int Budget { get; init; } = DefaultBudget;

    /// <summary>The time after which the walk stops. It makes some way in any case.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The cursor of the answer before; null to begin.</summary>
    public string? Cursor { get; init; }

    /// <summary>True if all that the walk finds is shown.</summary>
    public bool ShowsAll => Templates.Count == 0 && ShowsAllTimes;

    /// <summary>True if links are shown whenever their event was.</summary>
    public bool ShowsAllTimes => From is null && To is null;

    /// <summary>True if a template's items are shown.</summary>
    public bool Shows(string? template)
    {
        if (Templates.Count == 0)
        {
            return true;
        }
        for (var i = 0; i < Templates.Count; i++)
        {
            if (string.Equals(Templates[i], template, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>True if the links of an event with this time are shown.</summary>
    public bool Shows(long time) => !(time < From) && !(time >= To);
}
