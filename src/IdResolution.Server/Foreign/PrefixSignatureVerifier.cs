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
        var found = new FoundKeys();
        found.TakePrefix(prefixHandle, await resolve(prefixHandle) ?? []);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Count < MaxReferences && found.References.TryDequeue(out var next))
        {
            if (seen.Add(HandleName.Fold(next.ToString())))
            {
                found.TakeReferred(next, await resolve(next.Handle) ?? []);
            }
        }
        return found.Keys;
    }

    private static bool IsOfType(HandleValue value, string type) => HandleName.SameFolded(value.Type, type);

    /// <summary>Keys found, and where there may be more.</summary>
    private sealed class FoundKeys
    {
        public Dictionary<ValueReference, PublicKey> Keys { get; } = [];

        /// <summary>Administrators and members of their groups, still to be looked at.</summary>
        public Queue<ValueReference> References { get; } = [];

        /// <summary>Takes the keys of a prefix, and whom it names as its administrators.</summary>
        public void TakePrefix(string prefixHandle, IReadOnlyList<HandleValue> values)
        {
            foreach (var value in values)
            {
                AddKey(prefixHandle, value);
                if (IsOfType(value, "HS_ADMIN") && AdminRecord.TryRead(value.Data, out var admin))
                {
                    References.Enqueue(admin.Administrator);
                }
            }
        }

        /// <summary>Takes the key that is referred to, or the members of the group.</summary>
        public void TakeReferred(ValueReference reference, IReadOnlyList<HandleValue> values)
        {
            // Index 0 stands for any key of the handle.
            var isAny = reference.Index == 0;
            foreach (var value in values.Where(value => isAny || value.Index == reference.Index))
            {
                AddKey(reference.Handle, value);
                if (!isAny && IsOfType(value, "HS_VLIST") && ValueListRecord.TryRead(value.Data, out var list))
                {
                    foreach (var member in list.Members)
                    {
                        References.Enqueue(member);
                    }
                }
            }
        }

        private void AddKey(string handle, HandleValue value)
        {
            if (IsOfType(value, PublicKey.ValueType) && PublicKey.TryRead(value.Data, out var key))
            {
                Keys[new ValueReference(handle, value.Index)] = key;
            }
        }
    }
}
