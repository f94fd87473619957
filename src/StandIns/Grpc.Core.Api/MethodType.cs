namespace Grpc.Core;

/// <summary>The shape of a method: who sends one message and who a stream.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary,

    /// <summary>A stream of requests, one response.</summary>
    ClientStreaming,

    /// <summary>One request, a stream of responses.</summary>
    ServerStreaming,

    /// <summary>Two streams, independent of each other.</summary>
    DuplexStreaming,
}
