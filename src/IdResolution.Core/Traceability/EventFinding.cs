using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Something that is to be said of an event, such as what a template says otherwise. The event was taken.
/// </summary>
/// <param name="Code">What it is, such as <c>wrong-template</c>; traces use the same.</param>
/// <param name="Message">The same for people.</param>
public sealed record EventFinding(string Code, Text Message)
{
    /// <summary>A release that ended no hold of an item.</summary>
    public const string NothingReleased = "nothing-released";

    /// <summary>A hold that does not reach yet everything made from its items.</summary>
    public const string HoldSpreading = "hold-spreading";

    /// <summary>An identifier that is not registered, and whose check character does not fit.</summary>
    public const string Mistyped = "mistyped";

    /// <summary>All codes.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    ["wrong-template", "too-many", NothingReleased, HoldSpreading, Mistyped];

    /// <summary>The most findings of an event that are told.</summary>
    public const int Most = 100;
}
