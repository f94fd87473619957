using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Foreign;

/// <summary>
/// Accepts values that are signed with a key of their prefix, or with a key that such a key certified. The keys of a
/// prefix are the HS_PUBKEY values of its own record and those of its administrators (HS_ADMIN, through HS_VLIST
/// groups). The prefix's record is trusted as the walk found it; nothing above it is checked.
/// </summary>
internal sealed class PrefixSignatureVerifier(TimeProvider time) : IValueVerifier
{
    // Bounded, because the writer of the prefix's record chooses how many administrators it names.
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

    /// <summary>The keys found, and the references that may lead to more.</summary>
    private sealed class FoundKeys
    {
        public Dictionary<ValueReference, PublicKey> Keys { get; } = [];

        /// <summary>Administrators, and members of their groups, that are not looked up yet.</summary>
        public Queue<ValueReference> References { get; } = [];

        /// <summary>Takes the keys of a prefix's record, and the administrators that it names.</summary>
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

        /// <summary>Takes the key that a reference names, or the members of the group that it names.</summary>
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
