using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>What a server answered, with data.</summary>
/// <typeparam name="T">The data.</typeparam>
/// <param name="Code">Its response code.</param>
/// <param name="Message">What it said to an error; may be empty.</param>
/// <param name="Exchange">How the last message went.</param>
/// <param name="Data">What it sent; null where <paramref name="Code"/> is no success.</param>
public sealed record HandleDataResult<T>(ResponseCode Code, string Message, TransportResult Exchange, T? Data)
    : HandleResult(Code, Message, Exchange)
    where T : class;
