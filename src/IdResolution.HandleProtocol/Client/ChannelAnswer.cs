using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>The result of a request over one transport.</summary>
internal readonly record struct ChannelAnswer(TransportFailure Failure, IReadOnlyList<HandleMessage> Messages)
{
    public static ChannelAnswer Failed(TransportFailure failure) => new(failure, []);
}
