using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Believes values that HS_SIGNATURE values of their handle cover, signed with a key that is an anchor or that a chain
/// of HS_CERT values leads to from one; each certificate must permit its holder to sign the handle. A signature that
/// covers values which are not public does no harm.
/// </summary>
/// <param name="anchors">Keys believed, by where they are (<c>300:0.NA/88</c>).</param>
/// <param name="isRequired">
/// Whether handles without a signature are refused; one with a wrong signature always is.
/// </param>
/// <param name="time">The clock.</param>
public sealed class SignatureVerifier(
    IReadOnlyDictionary<ValueReference, PublicKey> anchors,
    bool isRequired,
    TimeProvider? time = null
) : IValueVerifier
{
    private const string SignatureType = "HS_SIGNATURE";

    /// <summary>Signatures of a handle looked at.</summary>
    private const int MaxSignatures = 8;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public async ValueTask<string?> VerifyAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        Func<string, Task<IReadOnlyList<HandleValue>?>> resolve,
        CancellationToken cancel
    )
    {
        var signatures = values.Where(value => IsOfType(value, SignatureType)).ToArray();
        if (signatures.Length == 0)
        {
            return isRequired ? $"{handle} is not signed." : null;
        }
        var chain = new CertificateChain(anchors, handle, resolve, _time.GetUtcNow());
        var signed = new HashSet<int>();
        string? problem = null;
        foreach (var signature in signatures.Take(MaxSignatures))
        {
            cancel.ThrowIfCancellationRequested();
            var wrong = await AddSignedAsync(signature, handle, values, chain, signed);
            problem ??= wrong;
        }
        return FirstUnsigned(values, signed) is { } unsigned
            ? problem ?? $"Value {unsigned.Index} of {handle} was changed or not signed."
            : null;
    }

    /// <summary>Adds the indexes that a signature covers; gives what is wrong with it, or null.</summary>
    private async Task<string?> AddSignedAsync(
        HandleValue signature,
        string handle,
        IReadOnlyList<HandleValue> values,
        CertificateChain chain,
        HashSet<int> signed
    )
    {
        if (await FindKeyAsync(signature, chain) is not { } key)
        {
            return $"Signature {signature.Index} of {handle} is not by a key that is believed.";
        }
        var result = HandleSignature.Verify(signature.Text, key, handle, values, _time.GetUtcNow());
        if (result.Signature != ProofResult.Right || !result.IsOfHandle || !result.IsInTime)
        {
            return $"Signature {signature.Index} of {handle} does not hold.";
        }
        signed.UnionWith(
            result.Values.Where(state => state.Value == SignedValueState.Unchanged).Select(state => state.Key)
        );
        return null;
    }

    /// <summary>The key that a signature is by, where it is believed.</summary>
    private static async Task<PublicKey?> FindKeyAsync(HandleValue signature, CertificateChain chain) =>
        JsonWebSignature.TryParse(signature.Text, out var text) && HandleClaims.TryRead(text, out var claims)
            ? await chain.FindKeyAsync(claims)
            : null;

    private static HandleValue? FirstUnsigned(IReadOnlyList<HandleValue> values, HashSet<int> signed) =>
        values.FirstOrDefault(value => !signed.Contains(value.Index) && !IsOfType(value, SignatureType));

    private static bool IsOfType(HandleValue value, string type) =>
        HandleName.SameFolded(value.Type, type)
        || (
            value.Type.Length > type.Length
            && value.Type[type.Length] == '.'
            && HandleName.SameFolded(value.Type[..type.Length], type)
        );
}
