using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>What a server answered.</summary>
/// <param name="Code">
/// Its response code; <see cref="ResponseCode.ClientTimeout"/> or <see cref="ResponseCode.ClientChannelError"/> where
/// it gave no answer that can be read.
/// </param>
/// <param name="Message">What it said to an error; may be empty.</param>
/// <param name="Exchange">How the last message went.</param>
public record HandleResult(ResponseCode Code, string Message, TransportResult Exchange)
{
    /// <summary>Whom to ask instead, where it refers to others.</summary>
    public ReferralResponse? Referral { get; init; }

    /// <summary>True where it was done.</summary>
    public bool IsSuccess => Code == ResponseCode.Success;
}
