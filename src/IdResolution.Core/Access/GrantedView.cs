using System.Collections.Frozen;

namespace IdResolution.Core.Access;

/// <summary>What the grants of a partner that cover an item show of it together. Immutable.</summary>
public sealed class GrantedView
{
    internal GrantedView(IReadOnlyList<Grant> covering)
    {
        Projection = Projection.Of(
            covering.Min(static g => g.Fields.Visibility),
            covering.SelectMany(static g => g.Fields.Attributes)
        );
        Events = covering.SelectMany(static g => g.Fields.Events).ToFrozenSet(StringComparer.Ordinal);
        Links = covering.SelectMany(static g => g.Fields.Links).ToFrozenSet(StringComparer.Ordinal);
        Measured = covering
            .Where(static g => g.Fields.Measurements)
            .SelectMany(static g => g.Fields.Events)
            .ToFrozenSet(StringComparer.Ordinal);
        ShowsGaps = covering.Any(static g => g.Hidden == HiddenForm.Anonymous);
    }

    /// <summary>The part of the record that is shown.</summary>
    public Projection Projection { get; }

    /// <summary>The types of the events that are shown.</summary>
    public FrozenSet<string> Events { get; }

    /// <summary>The kinds of the links that are shown and followed.</summary>
    public FrozenSet<string> Links { get; }

    /// <summary>The types of the events of which measurements, parameters and defects are shown.</summary>
    public FrozenSet<string> Measured { get; }

    /// <summary>True if hidden items beside it stand in traces without a name.</summary>
    public bool ShowsGaps { get; }
}
