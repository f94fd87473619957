using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>
/// A pair of roles that links two items: from the item that is asked for to the one at the other end.
/// </summary>
/// <param name="Near">The role of the item that is asked for.</param>
/// <param name="Far">The role of the other item.</param>
/// <param name="Kind">The kind of the link.</param>
/// <param name="Type">The type that the event must have; null for any.</param>
internal readonly record struct LinkStep(MemberRole Near, MemberRole Far, LinkKinds Kind, EventType? Type)
{
    private const int Kinds = 64;

    // What was made, what it was made from.
    private static readonly LinkStep[] s_backward =
    [
        new(MemberRole.Output, MemberRole.Input, LinkKinds.Consumes, null),
        new(MemberRole.Parent, MemberRole.Child, LinkKinds.Contains, null),
        new(MemberRole.Covering, MemberRole.Covered, LinkKinds.Covers, EventType.Cover),
        new(MemberRole.Covering, MemberRole.Covered, LinkKinds.Ships, EventType.Ship),
        .. new[] { MemberRole.Output, MemberRole.Parent, MemberRole.Item }.SelectMany(made =>
            new[] { MemberRole.Equipment, MemberRole.Tool, MemberRole.Person, MemberRole.Process }.Select(
                by => new LinkStep(made, by, LinkKinds.ProducedBy, null)
            )
        ),
        new(MemberRole.Child, MemberRole.Removed, LinkKinds.Replaces, EventType.Replace),
    ];

    private static readonly LinkStep[][] s_all =
    [
        .. Enumerable.Range(0, 2 * Kinds).Select(i => Make((LinkKinds)(i % Kinds), isBackward: i >= Kinds)),
    ];

    /// <summary>The pairs of some kinds in one direction, in the order of their roles.</summary>
    public static LinkStep[] Of(LinkKinds kinds, bool isBackward) =>
        s_all[((int)kinds & (Kinds - 1)) + (isBackward ? Kinds : 0)];

    /// <summary>The position that a link of this pair has: the child's in what it is part of.</summary>
    public string? PositionOf(string? near, string? far)
    {
        if (Near == MemberRole.Child)
        {
            return near;
        }
        return Far == MemberRole.Child ? far : null;
    }

    private static LinkStep[] Make(LinkKinds kinds, bool isBackward) =>
        [
            .. s_backward
                .Where(s => (s.Kind & kinds) != 0)
                .Select(s => isBackward ? s : new LinkStep(s.Far, s.Near, s.Kind, s.Type))
                .OrderBy(s => s.Near)
                .ThenBy(s => s.Far)
                .ThenBy(s => s.Kind),
        ];
}
