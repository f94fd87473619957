using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Security;

/// <summary>HS_SIGNATURE values: digests of a handle's values, signed.</summary>
public static class HandleSignature
{
    private const string Algorithm = "SHA-256";
    private const int TimestampSkewSeconds = 600;

    /// <summary>Signs values of a handle.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="values">The values to cover.</param>
    /// <param name="issuer">Where the public key is.</param>
    /// <param name="key">The key.</param>
    /// <param name="now">
    /// The time of signing; the signature holds from ten minutes before, for clocks that are late.
    /// </param>
    /// <param name="life">How long it holds.</param>
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
            Digests = [.. values.Select(value => ValueDigest.Of(value, HashAlgorithmName.SHA256))],
        };
        return JsonWebSignature.Sign(claims.ToJson(), key);
    }

    /// <summary>Examines an HS_SIGNATURE.</summary>
    /// <param name="text">The data of the value.</param>
    /// <param name="key">
    /// The public key of the issuer it names (<see cref="HandleClaims.Issuer"/>), which the caller must trust by other
    /// means.
    /// </param>
    /// <param name="handle">The handle it was found in; letters of ASCII count the same in either case.</param>
    /// <param name="values">
    /// The values of the handle. Where two have one index nothing is proved: readers would not agree which of them is
    /// meant.
    /// </param>
    /// <param name="now">The time.</param>
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
        var hash = HashOf(claims.DigestAlgorithm);
        if (proof != ProofResult.Right || hash.Name is null)
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

    /// <summary>The hash of a name; without a name of its own where it is not supported.</summary>
    private static HashAlgorithmName HashOf(string? algorithm) =>
        algorithm?.ToUpperInvariant() switch
        {
            "SHA-256" or "SHA256" => HashAlgorithmName.SHA256,
            "SHA-1" or "SHA1" => HashAlgorithmName.SHA1,
            _ => default,
        };

    /// <summary>The values by index; null where two have the same.</summary>
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

    private static SignedValueState StateOf(ValueDigest digest, HandleValue? value, HashAlgorithmName hash)
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
