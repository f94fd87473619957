using System.Text.Json.Serialization;

namespace IdResolution.Core.Access;

/// <summary>
/// The document of a grant: what a partner, or each of a group, is shown of which items. An item is covered where all
/// of <see cref="Templates"/> and <see cref="Where"/> hold that are given. What several grants show adds up.
/// </summary>
public sealed record Grant
{
    /// <summary>The id: <c>g</c> and 12 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The code of the partner; null for a group.</summary>
    public string? Partner { get; init; }

    /// <summary>The group, whose partners all have the grant; null for a partner.</summary>
    public string? Group { get; init; }

    /// <summary>The codes of the templates whose items are covered; empty for all.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>What the items' attributes must say; empty for nothing.</summary>
    public IReadOnlyList<GrantCondition> Where { get; init; } = [];

    /// <summary>What is shown of covered items.</summary>
    public required GrantFields Fields { get; init; }

    /// <summary>How items that are not shown stand in traces.</summary>
    public HiddenForm Hidden { get; init; }

    /// <summary>Why the partner is shown this, for people and auditors.</summary>
    public required string Purpose { get; init; }

    /// <summary>The time from which it holds; null for at once.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The time from which it holds no more; null for none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The time when it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time when it was ended by hand; null for one that was not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The object number, by which the log names it; not part of the document.</summary>
    [JsonIgnore]
    public long Object { get; init; }

    /// <summary>True if the grant holds at a time.</summary>
    public bool HoldsAt(DateTimeOffset now) => EndedAt is null && !(From > now) && !(Until <= now);

    /// <summary>Whether it holds at a time.</summary>
    public GrantState StateAt(DateTimeOffset now)
    {
        if (HoldsAt(now))
        {
            return GrantState.InForce;
        }
        return EndedAt is null && !(Until <= now) ? GrantState.Waiting : GrantState.Over;
    }
}
