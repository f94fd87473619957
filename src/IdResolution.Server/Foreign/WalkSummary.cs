using IdResolution.HandleProtocol.Client;

namespace IdResolution.Server.Foreign;

/// <summary>Notes what the result of a walk does not tell.</summary>
internal sealed class WalkSummary : IWalkObserver
{
    /// <summary>True if the walk found a server or an answer for the handle itself, not only for its prefix.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>
    /// True if the answer came from the walker's cache. Then it is not known how long it may still be kept.
    /// </summary>
    public bool IsKnown { get; private set; }

    /// <inheritdoc/>
    public void Step(WalkStep step)
    {
        if (step.Depth == 0)
        {
            IsAsked = true;
            IsKnown |= step.Kind == WalkStepKind.FromCache;
        }
    }
}
