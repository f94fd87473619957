using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Documents;

/// <summary>Makes secrets once and keeps them encrypted in the store, for all its nodes. Thread-safe.</summary>
public sealed class StoredSecrets(ISettingStore store, NodeSecrets secrets)
{
    /// <summary>The setting with the private key of the Handle site.</summary>
    public const string HandleSiteKey = "handle-site-key";

    /// <summary>Gets a secret, and makes it if there is none.</summary>
    /// <param name="name">The name of the setting that holds the secret.</param>
    /// <param name="make">Makes the text of a new secret.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<string> GetOrAddAsync(string name, Func<string> make, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(make);
        var kept =
            await store.FindSettingAsync(name, cancellationToken)
            ?? await store.GetOrAddAsync(name, Sealed(name, Encoding.UTF8.GetBytes(make())));
        return Encoding.UTF8.GetString(secrets.Decrypt(Convert.FromBase64String(kept), OwnerOf(name)));
    }

    /// <summary>Encrypts a secret anew, if there is one that was not encrypted with the last data key.</summary>
    public async Task RenewAsync(string name, CancellationToken cancellationToken)
    {
        if (
            await store.FindSettingAsync(name, cancellationToken) is { } kept
            && Convert.FromBase64String(kept) is var bytes
            && !secrets.IsOfLast(bytes)
        )
        {
            var anew = Sealed(name, secrets.Decrypt(bytes, OwnerOf(name)));
            await store.ReplaceAsync(name, kept, anew, cancellationToken);
        }
    }

    private string Sealed(string name, byte[] plain) => Convert.ToBase64String(secrets.Encrypt(plain, OwnerOf(name)));

    private static byte[] OwnerOf(string name) => Encoding.UTF8.GetBytes("setting:" + name);
}
