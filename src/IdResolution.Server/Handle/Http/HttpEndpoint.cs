using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle.Http;

/// <summary>A call of the interface, as its endpoint's metadata: what it comes to, and who answers it.</summary>
/// <param name="Operation">The operation that it comes to.</param>
/// <param name="Answer">Answers it.</param>
/// <param name="Methods">Its methods.</param>
internal sealed record HttpEndpoint(
    OpCode Operation,
    Func<HttpCall, Task<HttpReply>> Answer,
    params IReadOnlyList<string> Methods
)
{
    /// <summary>The operation where indexes are named.</summary>
    public OpCode? OperationOnValues { get; init; }

    /// <summary>True where the call itself finds out who makes it.</summary>
    public bool Authenticates { get; init; }

    /// <summary>True where the method is none of <see cref="Methods"/>, all those of the path.</summary>
    public bool IsOtherMethod { get; init; }

    /// <summary>The operation of a request.</summary>
    public OpCode OperationOf(HttpParameters parameters) =>
        parameters["index"].Count > 0 ? OperationOnValues ?? Operation : Operation;
}
