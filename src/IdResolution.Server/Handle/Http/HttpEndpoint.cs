using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle.Http;

/// <summary>A call of the HTTP JSON interface, as metadata of its endpoint.</summary>
/// <param name="Operation">The operation that the call performs.</param>
/// <param name="Answer">Runs the call.</param>
/// <param name="Methods">The HTTP methods of the call.</param>
internal sealed record HttpEndpoint(
    OpCode Operation,
    Func<HttpCall, Task<HttpReply>> Answer,
    params IReadOnlyList<string> Methods
)
{
    /// <summary>The operation if the request names indexes; null for the same operation.</summary>
    public OpCode? OperationOnValues { get; init; }

    /// <summary>True if the call authenticates the sender itself.</summary>
    public bool Authenticates { get; init; }

    /// <summary>True for the endpoint that answers all methods except <see cref="Methods"/>.</summary>
    public bool IsOtherMethod { get; init; }

    /// <summary>The operation that a request asks for.</summary>
    public OpCode OperationOf(HttpParameters parameters) =>
        parameters["index"].Count > 0 ? OperationOnValues ?? Operation : Operation;
}
