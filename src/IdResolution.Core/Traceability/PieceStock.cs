using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Whether a piece is in stock, from its parts in events. What it is in is for others to say.</summary>
internal static class PieceStock
{
    /// <summary>The piece, or nothing.</summary>
    public static IReadOnlyList<StockHolding> Of(IReadOnlyList<StockStep> steps)
    {
        var (place, since, left, isUsed) = Walk(steps);
        return isUsed ? [] : [new StockHolding("", left is null ? place : 0, 0, 1, since, left is not null)];
    }

    /// <summary>
    /// When it was sent away, used up or destroyed, if it did not come back; null while it is there.
    /// </summary>
    public static long? LeftAt(IReadOnlyList<StockStep> steps) => Walk(steps).Left;

    private static (long Place, long Since, long? Left, bool IsUsed) Walk(IReadOnlyList<StockStep> steps)
    {
        var (place, since, isUsed) = (0L, 0L, false);
        long? left = null;
        foreach (var step in steps)
        {
            if (step.IsShipped)
            {
                left ??= step.Part.Time;
                continue;
            }
            if (step.Part.Role == MemberRole.Input || step.IsGone)
            {
                (left, isUsed) = (step.Part.Time, true);
                continue;
            }
            if (step.IsAway)
            {
                (left, isUsed) = (step.Part.Time, false);
                continue;
            }
            if (step.IsMade || step.Part.Role == MemberRole.Removed)
            {
                // It came to be, or came out of what it was in.
                (left, isUsed) = (null, false);
            }
            else if (!isUsed && (step.Place != 0 || step.IsReceived))
            {
                left = null;
            }
            if (step.Place != 0)
            {
                (place, since) = (step.Place, step.Part.Time);
            }
        }
        return (place, since, left, isUsed);
    }
}
