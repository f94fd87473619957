using IdResolution.HandleProtocol.Keys;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>How results of proofs are answered.</summary>
public static class ProofResultExtensions
{
    /// <summary>
    /// 403 where the proof is wrong or broken, 404 where its kind is not supported, 1 where it is right.
    /// </summary>
    public static ResponseCode ToResponseCode(this ProofResult result) =>
        result switch
        {
            ProofResult.Right => ResponseCode.Success,
            ProofResult.Unsupported => ResponseCode.InvalidCredential,
            _ => ResponseCode.AuthenticationFailed,
        };
}
