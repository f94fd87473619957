using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>The answer of a server.</summary>
/// <param name="Code">
/// The response code; <see cref="ResponseCode.ClientTimeout"/> or <see cref="ResponseCode.ClientChannelError"/> if
/// there is no readable answer.
/// </param>
/// <param name="Message">The server's message with an error; may be empty.</param>
/// <param name="Exchange">How the last request was sent and answered.</param>
public record HandleResult(ResponseCode Code, string Message, TransportResult Exchange)
{
    /// <summary>The servers to ask instead; null if the answer is not a referral.</summary>
    public ReferralResponse? Referral { get; init; }

    /// <summary>True if the server carried the operation out.</summary>
    public bool IsSuccess => Code == ResponseCode.Success;
}
