using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>A request on a connection, with the messages received for it so far.</summary>
internal sealed class PendingRequest(HandleRequest request, int maxLength)
{
    /// <summary>What a message takes in memory besides its content: many empty ones take much too.</summary>
    private const int Overhead = 512;

    private readonly TaskCompletionSource<ChannelAnswer> _done = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly List<HandleMessage> _messages = [];
    private long _length;

    public Task<ChannelAnswer> Answer => _done.Task;

    /// <summary>Adds a message of the response; the last one has no <see cref="OpFlags.Continuous"/>.</summary>
    public void Add(HandleMessage message)
    {
        // With its credential, which is held too.
        _length += message.Envelope.MessageLength + Overhead;
        if (!request.IsAnsweredBy(message))
        {
            Fail(TransportFailure.Malformed);
            return;
        }
        if (_length > maxLength && _messages.Count > 0)
        {
            Fail(TransportFailure.TooLong);
            return;
        }
        if (_done.Task.IsCompleted)
        {
            return;
        }
        _messages.Add(message);
        if (!message.Header.Flags.HasFlag(OpFlags.Continuous))
        {
            _done.TrySetResult(new ChannelAnswer(TransportFailure.None, _messages));
        }
    }

    public void Fail(TransportFailure failure) => _done.TrySetResult(ChannelAnswer.Failed(failure));
}
