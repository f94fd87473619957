using System.Text;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Security;

/// <summary>Makes and checks HS_SIGNATURE values: signed digests of a handle's values.</summary>
public static class HandleSignature
{
    private const string Algorithm = "SHA-256";
    private const int TimestampSkewSeconds = 600;

    /// <summary>Signs values of a handle.</summary>
    /// <param name="handle">The handle that has the values.</param>
    /// <param name="values">The values to sign.</param>
    /// <param name="issuer">The HS_PUBKEY value that holds the public key.</param>
    /// <param name="key">The key pair to sign with.</param>
    /// <param name="now">
    /// The time of signing. The signature is valid from ten minutes before, for readers whose clocks are late.
    /// </param>
    /// <param name="life">How long the signature is valid.</param>
    /// <returns>The data of the HS_SIGNATURE value.</returns>
    public static string Sign(
        string handle,
        IEnumerable<HandleValue> values,
        ValueReference issuer,
        KeyPair key,
        DateTimeOffset now,
        TimeSpan life
    )
    {
        var claims = new HandleClaims
        {
            Issuer = issuer.ToString(),
            Subject = handle,
            IssuedAt = now,
            NotBefore = now.AddSeconds(-TimestampSkewSeconds),
            Expires = now + life,
            DigestAlgorithm = Algorithm,
            Digests = [.. values.Select(value => ValueDigest.Of(value, SignatureHash.Sha256))],
        };
        return JsonWebSignature.Sign(claims.ToJson(), key);
    }

    /// <summary>Checks an HS_SIGNATURE against a handle and its values.</summary>
    /// <param name="text">The data of the HS_SIGNATURE value.</param>
    /// <param name="key">
    /// The public key of the issuer that the signature names (<see cref="HandleClaims.Issuer"/>). The caller must have
    /// checked that it can be trusted.
    /// </param>
    /// <param name="handle">The handle that has the signature. The case of ASCII letters does not matter.</param>
    /// <param name="values">
    /// The values of the handle. If two values have the same index, the result is wrong: readers could disagree about
    /// which one is meant.
    /// </param>
    /// <param name="now">The time to check the signature's validity at.</param>
    public static HandleSignatureResult Verify(
        string text,
        PublicKey key,
        string handle,
        IEnumerable<HandleValue> values,
        DateTimeOffset now
    )
    {
        if (!JsonWebSignature.TryParse(text, out var signature) || !HandleClaims.TryRead(signature, out var claims))
        {
            return Failed(ProofResult.Malformed);
        }
        var proof = signature.Verify(key);
        var hash = ((ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(claims.DigestAlgorithm ?? "")).ToSignatureHash();
        if (proof != ProofResult.Right || hash is SignatureHash.Unknown or SignatureHash.Sha1)
        {
            return Failed(proof == ProofResult.Right ? ProofResult.Unsupported : proof);
        }
        if (ByIndex(values) is not { } byIndex)
        {
            return Failed(ProofResult.Wrong);
        }
        var states = new Dictionary<int, SignedValueState>();
        foreach (var digest in claims.Digests)
        {
            states[digest.Index] = StateOf(digest, byIndex.GetValueOrDefault(digest.Index), hash);
        }
        return new HandleSignatureResult(proof, IsSameHandle(claims.Subject, handle), claims.IsValidAt(now), states);
    }

    /// <summary>The values by index; null if two have the same index.</summary>
    private static Dictionary<int, HandleValue>? ByIndex(IEnumerable<HandleValue> values)
    {
        var byIndex = new Dictionary<int, HandleValue>();
        foreach (var value in values)
        {
            if (!byIndex.TryAdd(value.Index, value))
            {
                return null;
            }
        }
        return byIndex;
    }

    private static SignedValueState StateOf(ValueDigest digest, HandleValue? value, SignatureHash hash)
    {
        if (value is null)
        {
            return SignedValueState.Missing;
        }
        return digest.Matches(value, hash) ? SignedValueState.Unchanged : SignedValueState.Changed;
    }

    private static bool IsSameHandle(string? subject, string handle) =>
        subject?.Length == handle.Length
        && subject
            .Zip(handle)
            .All(pair =>
                pair.First == pair.Second
                || (
                    char.IsAscii(pair.First)
                    && char.ToUpperInvariant(pair.First) == char.ToUpperInvariant(pair.Second)
                    && char.IsAscii(pair.Second)
                )
            );

    private static HandleSignatureResult Failed(ProofResult proof) =>
        new(proof, IsOfHandle: false, IsInTime: false, new Dictionary<int, SignedValueState>());
}
