namespace Grpc.Core;

/// <summary>What a call that a server makes takes over from the call that it serves; only a server makes one.</summary>
public abstract class ContextPropagationToken
{
    /// <summary>Only this assembly derives it.</summary>
    internal ContextPropagationToken()
    {
    }
}
