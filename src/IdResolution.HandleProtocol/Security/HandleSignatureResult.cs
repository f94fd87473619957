using IdResolution.HandleProtocol.Keys;

namespace IdResolution.HandleProtocol.Security;

/// <summary>The result of checking an HS_SIGNATURE.</summary>
/// <param name="Signature">
/// The result for the signature itself. The other members mean something only if it is right.
/// </param>
/// <param name="IsOfHandle">True if the signature is for the given handle.</param>
/// <param name="IsInTime">True if the signature is valid at the given time.</param>
/// <param name="Values">
/// The state of each signed value, by index. A value whose index is missing here was not signed.
/// </param>
public sealed record HandleSignatureResult(
    ProofResult Signature,
    bool IsOfHandle,
    bool IsInTime,
    IReadOnlyDictionary<int, SignedValueState> Values
)
{
    /// <summary>True if the signature is valid and no signed value has changed or is missing.</summary>
    public bool IsWhole =>
        Signature == ProofResult.Right
        && IsOfHandle
        && IsInTime
        && Values.Values.All(state => state == SignedValueState.Unchanged);
}
