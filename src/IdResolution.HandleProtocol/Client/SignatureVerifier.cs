using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Trusts a handle's values if its HS_SIGNATURE values cover them. The signing key must be an anchor, or a chain of
/// HS_CERT values must lead to it from an anchor. Each certificate must permit its holder to sign the handle. A
/// signature may also cover values that are not public.
/// </summary>
/// <param name="anchors">The trusted keys, by the values that hold them (<c>300:0.NA/88</c>).</param>
/// <param name="isRequired">
/// True to refuse handles without a signature. Handles with a wrong signature are always refused.
/// </param>
/// <param name="time">The clock that validity is checked against.</param>
public sealed class SignatureVerifier(
    IReadOnlyDictionary<ValueReference, PublicKey> anchors,
    bool isRequired,
    TimeProvider? time = null
) : IValueVerifier
{
    private const string SignatureType = "HS_SIGNATURE";

    /// <summary>The most signatures checked for one handle.</summary>
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

    /// <summary>Adds the indexes that a signature covers. Returns what is wrong with the signature, or null.</summary>
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

    /// <summary>The key that made a signature, if it can be trusted; otherwise null.</summary>
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
