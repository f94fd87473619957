using IdResolution.HandleProtocol.Keys;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>The response codes for results of proofs.</summary>
public static class ProofResultExtensions
{
    /// <summary>403 if the proof is wrong or malformed, 404 if its kind is not supported, 1 if it is right.</summary>
    public static ResponseCode ToResponseCode(this ProofResult result) =>
        result switch
        {
            ProofResult.Right => ResponseCode.Success,
            ProofResult.Unsupported => ResponseCode.InvalidCredential,
            _ => ResponseCode.AuthenticationFailed,
        };
}
