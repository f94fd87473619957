using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Finds the key that signed a handle, if a chain of HS_CERT values leads from it up to an anchor.</summary>
internal sealed class CertificateChain(
    IReadOnlyDictionary<ValueReference, PublicKey> anchors,
    string handle,
    Func<string, Task<IReadOnlyList<HandleValue>?>> resolve,
    DateTimeOffset now
)
{
    private const string CertificateType = "HS_CERT";

    /// <summary>The most certificates in one chain.</summary>
    private const int MaxLength = 10;

    /// <summary>The certificates that may still be checked: a writer could let each lead to many others.</summary>
    private int _left = 32;

    /// <summary>The key that signed, if it can be trusted; otherwise null.</summary>
    public Task<PublicKey?> FindKeyAsync(HandleClaims signed) => FindKeyAsync(signed, 0);

    private async Task<PublicKey?> FindKeyAsync(HandleClaims signed, int length)
    {
        if (!ValueReference.TryParse(signed.Issuer, out var issuer))
        {
            return null;
        }
        foreach (var (place, key) in anchors)
        {
            if (IsSame(place, issuer))
            {
                return key;
            }
        }
        if (length == MaxLength)
        {
            return null;
        }
        foreach (var text in await CertificatesAsync(issuer, signed.Chain))
        {
            if (
                _left-- > 0
                && JsonWebSignature.TryParse(text, out var signature)
                && HandleClaims.TryRead(signature, out var claims)
                && claims.PublicKey is { } certified
                && ValueReference.TryParse(claims.Subject, out var subject)
                && IsSame(subject, issuer)
                && claims.IsValidAt(now)
                && claims.Permissions.Any(permission => Permits(permission, handle))
                && await FindKeyAsync(claims, length + 1) is { } above
                && signature.Verify(above) == ProofResult.Right
            )
            {
                return certified;
            }
        }
        return null;
    }

    /// <summary>The certificates that may be the issuer's: those in its handle, and those the chain names.</summary>
    private async Task<List<string>> CertificatesAsync(ValueReference issuer, IReadOnlyList<string> chain)
    {
        var texts = new List<string>();
        if (await resolve(issuer.Handle) is { } own)
        {
            texts.AddRange(own.Where(IsCertificate).Select(value => value.Text));
        }
        foreach (var link in chain.Take(MaxLength))
        {
            if (
                ValueReference.TryParse(link, out var place)
                && !HandleName.SameFolded(place.Handle, issuer.Handle)
                && await resolve(place.Handle) is { } values
            )
            {
                texts.AddRange(
                    values
                        .Where(value => value.Index == place.Index && IsCertificate(value))
                        .Select(value => value.Text)
                );
            }
        }
        return texts;
    }

    internal static bool Permits(HandlePermission permission, string handle) =>
        permission.Permission switch
        {
            HandlePermission.Everything => true,
            HandlePermission.ThisHandle => permission.Handle is { } named && HandleName.SameFolded(named, handle),
            HandlePermission.HandlesUnderThisPrefix => permission.Handle is { } named
                && HandleName.SameFolded(HandleName.PrefixHandleOf(handle), HandleName.Qualify(named)),
            HandlePermission.DerivedPrefixes => permission.Handle is { } named
                && IsDerived(HandleName.Qualify(named), handle),
            _ => false,
        };

    /// <summary>True for the handle of a derived prefix: <c>0.NA/88.300</c> is derived from <c>0.NA/88</c>.</summary>
    private static bool IsDerived(string from, string handle) =>
        HandleName.IsPrefixHandle(from)
        && handle.Length > from.Length
        && handle[from.Length] == '.'
        && HandleName.SameFolded(handle[..from.Length], from);

    private static bool IsSame(ValueReference left, ValueReference right) =>
        left.Index == right.Index && HandleName.SameFolded(left.Handle, right.Handle);

    private static bool IsCertificate(HandleValue value) => HandleName.SameFolded(value.Type, CertificateType);
}
