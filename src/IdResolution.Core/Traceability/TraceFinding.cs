using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>Something odd that a trace found. It was taken as it is.</summary>
/// <param name="Code">What it is, such as <c>cycle</c>.</param>
/// <param name="Message">What it is, for people.</param>
/// <param name="Items">The items that it is about, at most <see cref="MaxItems"/>.</param>
/// <param name="Count">The number of all items that it is about.</param>
/// <param name="Event">The object number of the event that it is about; 0 for none.</param>
public sealed record TraceFinding(string Code, Text Message, IReadOnlyList<TraceItem> Items, int Count, long Event = 0)
{
    /// <summary>The greatest number of items that are named.</summary>
    public const int MaxItems = 100;
}
