namespace IdResolution.Server.Http;

/// <summary>Tells load balancers and health checks if the node can take requests.</summary>
internal interface IReadiness
{
    /// <summary>True if the database answers and the node is not about to stop.</summary>
    bool IsReady { get; }
}
