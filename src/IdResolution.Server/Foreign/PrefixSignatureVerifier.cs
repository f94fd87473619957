using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Foreign;

/// <summary>
/// Believes values that are signed with a key of their prefix, or with one that such a key certified: the HS_PUBKEY
/// values of the prefix's own record, and those of its administrators (HS_ADMIN, through HS_VLIST groups). That record
/// is believed as the walk found it; nothing is checked above it.
/// </summary>
internal sealed class PrefixSignatureVerifier(TimeProvider time) : IValueVerifier
{
    // Whoever wrote the prefix's record chose how many administrators it names.
    private const int MaxReferences = 16;

    /// <inheritdoc/>
    public async ValueTask<string?> VerifyAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        Func<string, Task<IReadOnlyList<HandleValue>?>> resolve,
        CancellationToken cancel
    ) =>
        await new SignatureVerifier(
            await KeysAsync(HandleName.PrefixHandleOf(handle), resolve),
            isRequired: true,
            time
        ).VerifyAsync(handle, values, resolve, cancel);

    private static async Task<Dictionary<ValueReference, PublicKey>> KeysAsync(
        string prefixHandle,
        Func<string, Task<IReadOnlyList<HandleValue>?>> resolve
    )
    {
        var keys = new Dictionary<ValueReference, PublicKey>();
        var open = new Queue<ValueReference>();
        foreach (var value in await resolve(prefixHandle) ?? [])
        {
            AddKey(keys, prefixHandle, value);
            if (IsOfType(value, "HS_ADMIN") && AdminRecord.TryRead(value.Data, out var admin))
            {
                open.Enqueue(admin.Administrator);
            }
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Count < MaxReferences && open.TryDequeue(out var next))
        {
            if (!seen.Add(HandleName.Fold(next.ToString())))
            {
                continue;
            }
            // Index 0 stands for any key of the handle.
            foreach (
                var value in (await resolve(next.Handle) ?? []).Where(value =>
                    next.Index == 0 || value.Index == next.Index
                )
            )
            {
                AddKey(keys, next.Handle, value);
                if (next.Index != 0 && IsOfType(value, "HS_VLIST") && ValueListRecord.TryRead(value.Data, out var list))
                {
                    foreach (var member in list.Members)
                    {
                        open.Enqueue(member);
                    }
                }
            }
        }
        return keys;
    }

    private static void AddKey(Dictionary<ValueReference, PublicKey> keys, string handle, HandleValue value)
    {
        if (IsOfType(value, PublicKey.ValueType) && PublicKey.TryRead(value.Data, out var key))
        {
            keys[new ValueReference(handle, value.Index)] = key;
        }
    }

    private static bool IsOfType(HandleValue value, string type) => HandleName.SameFolded(value.Type, type);
}
