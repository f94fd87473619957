using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>Something that a template says otherwise than an event. The event was taken.</summary>
/// <param name="Code">What it is, such as <c>wrong-template</c>; traces use the same.</param>
/// <param name="Message">The same for people.</param>
public sealed record EventFinding(string Code, Text Message)
{
    /// <summary>The most findings of an event that are told.</summary>
    public const int Most = 100;
}
