using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Foreign;

/// <summary>
/// Believes the values of a handle where HS_SIGNATURE values among them cover each, made with a key that the record of the handle's prefix
/// holds (HS_PUBKEY) or names as its administrator (HS_ADMIN, through HS_VLIST groups). That record itself is believed as the walk found it:
/// no chain of signatures up to the root is checked.
/// </summary>
internal sealed class SignatureVerifier(TimeProvider time) : IValueVerifier
{
    private const string SignatureType = "HS_SIGNATURE";

    // Whoever wrote the record chose how many there are: looking into them must not cost more than it is worth.
    private const int MaxSignatures = 4;
    private const int MaxGroups = 16;

    /// <inheritdoc/>
    public async ValueTask<string?> VerifyAsync(
        string handle, IReadOnlyList<HandleValue> values, Func<string, Task<IReadOnlyList<HandleValue>?>> resolve, CancellationToken cancel)
    {
        var open = values.Where(value => !IsSignature(value)).Select(value => value.Index).ToHashSet();
        foreach (var signature in values.Where(IsSignature).Take(MaxSignatures))
        {
            if (open.Count > 0 && await KeyOfAsync(handle, signature, resolve) is { } key)
            {
                var result = HandleSignature.Verify(signature.Text, key, handle, values, time.GetUtcNow());
                if (result is { Signature: ProofResult.Right, IsOfHandle: true, IsInTime: true })
                {
                    open.ExceptWith(result.Values.Where(value => value.Value == SignedValueState.Unchanged).Select(value => value.Key));
                }
            }
        }
        return open.Count == 0 ? null : $"No valid HS_SIGNATURE by an administrator of the prefix covers the values {string.Join(", ", open.Order())} of {handle}.";
    }

    private static bool IsSignature(HandleValue value) => IsOfType(value, SignatureType);

    private static bool IsOfType(HandleValue value, string type) => HandleName.SameFolded(value.Type, type);

    /// <summary>The key that a signature says it was made with, where the prefix vouches for it.</summary>
    private static async Task<PublicKey?> KeyOfAsync(string handle, HandleValue signature, Func<string, Task<IReadOnlyList<HandleValue>?>> resolve)
    {
        if (!JsonWebSignature.TryParse(signature.Text, out var parsed) || !HandleClaims.TryRead(parsed, out var claims) || !ValueReference.TryParse(claims.Issuer, out var issuer)
            || !await IsOfPrefixAsync(HandleName.PrefixHandleOf(handle), issuer, resolve))
        {
            return null;
        }
        var value = (await resolve(issuer.Handle))?.FirstOrDefault(value => value.Index == issuer.Index && IsOfType(value, PublicKey.ValueType));
        return value is not null && PublicKey.TryRead(value.Data, out var key) ? key : null;
    }

    private static async Task<bool> IsOfPrefixAsync(string prefixHandle, ValueReference issuer, Func<string, Task<IReadOnlyList<HandleValue>?>> resolve)
    {
        if (IsSame(issuer.Handle, prefixHandle))
        {
            return true;
        }
        var open = new Queue<ValueReference>();
        foreach (var value in await resolve(prefixHandle) ?? [])
        {
            if (IsOfType(value, "HS_ADMIN") && AdminRecord.TryRead(value.Data, out var admin))
            {
                open.Enqueue(admin.Administrator);
            }
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var next))
        {
            if (IsSame(next.Handle, issuer.Handle) && (next.Index == 0 || next.Index == issuer.Index))
            {
                return true;
            }
            if (seen.Count >= MaxGroups || !seen.Add(HandleName.Fold(next.ToString())))
            {
                continue;
            }
            foreach (var value in await resolve(next.Handle) ?? [])
            {
                if (value.Index == next.Index && IsOfType(value, "HS_VLIST") && ValueListRecord.TryRead(value.Data, out var list))
                {
                    foreach (var member in list.Members)
                    {
                        open.Enqueue(member);
                    }
                }
            }
        }
        return false;
    }

    private static bool IsSame(string left, string right) => HandleName.SameFolded(HandleName.Qualify(left), HandleName.Qualify(right));
}
