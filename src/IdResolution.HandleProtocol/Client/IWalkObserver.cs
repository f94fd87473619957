namespace IdResolution.HandleProtocol.Client;

/// <summary>Sees every step of a walk as it is made.</summary>
public interface IWalkObserver
{
    /// <summary>A step was made; called one after the other.</summary>
    void Step(WalkStep step);
}
