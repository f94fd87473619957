using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Tests.Client;

/// <summary>A response of the fake server.</summary>
internal sealed record FakeReply(ResponseCode Code, BodyWriter Body)
{
    public OpCode? OpCode { get; init; }

    public int? SessionId { get; init; }

    public OpFlags Flags { get; init; }

    public int? RequestId { get; init; }
}
