namespace IdResolution.Server.Http;

/// <summary>Whether this node should get traffic.</summary>
internal interface IReadiness
{
    /// <summary>True where its database answers and it is not about to stop.</summary>
    bool IsReady { get; }
}
