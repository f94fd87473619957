using IdResolution.HandleProtocol.Keys;

namespace IdResolution.HandleProtocol.Security;

/// <summary>What an HS_SIGNATURE is worth.</summary>
/// <param name="Signature">
/// Whether it was signed with the key. Only where it is right do the other members say anything.
/// </param>
/// <param name="IsOfHandle">False where it signs another handle.</param>
/// <param name="IsInTime">False before or after the times it names.</param>
/// <param name="Values">
/// The state of each value that was signed, by index; a value that is not in it was not signed.
/// </param>
public sealed record HandleSignatureResult(
    ProofResult Signature,
    bool IsOfHandle,
    bool IsInTime,
    IReadOnlyDictionary<int, SignedValueState> Values
)
{
    /// <summary>True where the signature holds and all it covers is unchanged.</summary>
    public bool IsWhole =>
        Signature == ProofResult.Right
        && IsOfHandle
        && IsInTime
        && Values.Values.All(state => state == SignedValueState.Unchanged);
}
