namespace IdResolution.HandleProtocol.Client;

/// <summary>Is told every step of a walk.</summary>
public interface IWalkObserver
{
    /// <summary>Called after each step, one call at a time.</summary>
    void Step(WalkStep step);
}
