using IdResolution.HandleProtocol.Client;

namespace IdResolution.Server.Foreign;

/// <summary>What of a walk its result does not tell.</summary>
internal sealed class WalkSummary : IWalkObserver
{
    /// <summary>True where somebody was found who could be asked for the handle itself.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>True where the answer was known from before, and how long it may still be kept is not.</summary>
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
