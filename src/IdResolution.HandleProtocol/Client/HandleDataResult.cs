using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>The answer of a server, with data.</summary>
/// <typeparam name="T">The type of the data.</typeparam>
/// <param name="Code">The response code, as in <see cref="HandleResult"/>.</param>
/// <param name="Message">The server's message with an error; may be empty.</param>
/// <param name="Exchange">How the last request was sent and answered.</param>
/// <param name="Data">The data; null unless <paramref name="Code"/> is success.</param>
public sealed record HandleDataResult<T>(ResponseCode Code, string Message, TransportResult Exchange, T? Data)
    : HandleResult(Code, Message, Exchange)
    where T : class;
